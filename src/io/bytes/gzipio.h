/* gzipio: gzip streams (RFC 1952) as codecs. */
#ifndef DW_IO_GZIPIO_H
#define DW_IO_GZIPIO_H

#include "io/bytes/codec.h"

dw_codec *dw_gzip_reader(void); /* goes on from member to member */
dw_codec *dw_gzip_writer(void); /* level 6, one member, no name and no time in its header: the same bytes every time */

#endif
