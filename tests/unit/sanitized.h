/* sanitized: what a test may not ask of a program with a sanitizer in it. The address sanitizer takes terabytes of addresses and some of
 * the signals; both keep memory of their own. 1 or 0, for #if too: gcc has a macro a sanitizer, clang a feature. */
#ifndef DW_TESTS_SANITIZED_H
#define DW_TESTS_SANITIZED_H

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ADDRESS_SANITIZER 1
#elif __has_feature(thread_sanitizer)
#define THREAD_SANITIZER 1
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define ADDRESS_SANITIZER 1
#elif defined(__SANITIZE_THREAD__)
#define THREAD_SANITIZER 1
#endif
#ifndef ADDRESS_SANITIZER
#define ADDRESS_SANITIZER 0
#endif
#ifndef THREAD_SANITIZER
#define THREAD_SANITIZER 0
#endif
#define SANITIZED (ADDRESS_SANITIZER || THREAD_SANITIZER)

#endif
