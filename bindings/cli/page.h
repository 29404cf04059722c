/* The page: one HTML file with the texts, their initiatives marked, a chart and a table. */
#ifndef QM_CLI_PAGE_H
#define QM_CLI_PAGE_H

#include "table.h"

enum { CLI_PAGE_DONE, CLI_PAGE_ONGOING, CLI_PAGE_PLANNED, CLI_PAGE_OTHER, CLI_PAGE_STATUSES };

typedef struct cli_page_type {
    char *id, *name;
    uint64_t counts[CLI_PAGE_STATUSES];
} cli_page_type;

typedef struct cli_page_tally {
    cli_page_type *at;
    size_t count, room;
} cli_page_tally;

/* What one thread makes of a batch; the numbers of the documents are put in later. */
typedef struct cli_page_part {
    qm_buffer names, texts, rows;
    size_t *ends; /* for each document: end in names, in texts, number of its rows */
    size_t documents, documents_room;
    size_t *row_ends;
    size_t row_count, row_room;
    cli_page_tally tally;
} cli_page_part;

typedef struct cli_page {
    qm_buffer texts, rows;
    uint64_t documents, row_count;
    cli_page_tally tally;
} cli_page;

/* sheet: that of the document's initiatives. A qm_status. */
int cli_page_document(cli_page_part *part, const cli_view *view, const cli_sheet *sheet,
                      const cli_table_look *look, qm_error *err);
void cli_page_part_reset(cli_page_part *part);
void cli_page_part_free(cli_page_part *part);
void cli_page_add(cli_page *page, const cli_page_part *part);
/* Writes the whole page. */
void cli_page_finish(cli_page *page, qm_buffer *out, const cli_table_look *look);
void cli_page_free(cli_page *page);

#endif
