/** What a run leaves to look at: the report page, pictures of filters, charts of losses. */
@org.jspecify.annotations.NullMarked
package io.fovea.cli.report;
