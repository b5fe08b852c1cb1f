/* gzipio: gzip streams (RFC 1952) as codecs. */
#ifndef DW_IO_GZIPIO_H
#define DW_IO_GZIPIO_H

#include "base/err.h"
#include "io/bytes/codec.h"

/* DW_ESYSTEM: zlib cannot be loaded. */
dw_status dw_gzip_reader(dw_codec **out, dw_err *err); /* goes on from member to member */
dw_status dw_gzip_writer(dw_codec **out,
                         dw_err *err); /* level 6, one member, no name and no time in its header: the same bytes every time */

#endif
