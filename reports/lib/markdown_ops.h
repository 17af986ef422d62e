/* GitHub's Markdown, for the reports that are written in it. */
#pragma once

#include "reports/lib/document.h"

extern const clarke_document_ops clarke_markdown_ops;
