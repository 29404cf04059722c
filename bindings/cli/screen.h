/* Text on a terminal: how wide it is, where it breaks. */
#ifndef QM_CLI_SCREEN_H
#define QM_CLI_SCREEN_H

#include "message.h"

/* Columns of standard output's terminal; COLUMNS if that says so; 100 where there is none. */
unsigned cli_screen_width(void);
unsigned cli_screen_measure(qm_bytes text);
/* Bytes of text that a line of `width` columns takes; at least one character. Words of Latin
 * letters stay whole where they can, and no line begins with a closing mark. */
size_t cli_screen_wrap(qm_bytes text, unsigned width);
/* Appends text without anything that could steer a terminal; returns its width. */
unsigned cli_screen_put(qm_buffer *out, qm_bytes text);
void cli_screen_pad(qm_buffer *out, unsigned columns);

#endif
