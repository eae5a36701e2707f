/** The report page of a run, pictures of filters, and charts of losses. */
@org.jspecify.annotations.NullMarked
package io.fovea.cli.report;
