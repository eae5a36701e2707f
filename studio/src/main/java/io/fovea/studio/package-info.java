/**
 * The studio's server and the requests of its pages.
 *
 * <p>{@code Studio} is the server; {@code Router} leads to the {@code Routes} of each page: {@code
 * RunRoutes}, {@code LaunchRoutes} (the form of a new run: choices, {@code RunCostEstimate},
 * start), {@code RunDownloads}, {@code CellRoutes} (the pictures of a confusion matrix's cell),
 * {@code InsightRoutes}, {@code InsideRoutes}, {@code DataRoutes}, {@code UploadRoutes}, {@code
 * BookRoutes}; {@code Assets} are the files in the jar. State is in files: {@code Runs} reads run
 * folders and the files of {@code RunFiles} beside them in {@code .studio} (records, logs, notes,
 * the trash), {@code RunTail} keeps the lines of a metrics file, {@code RunFeed} turns new ones
 * into server-sent events, once for all pages. {@code PollingBudget} limits how often a run that
 * trains may be inspected. Training is a separate process ({@code TrainerProcess}, decision 15);
 * {@code TrainerProcess.resolved} checks a run's flags before its start. {@code DatasetCatalog}
 * gives data sets names, so that pages send no paths; {@code Uploads} stores folders and zip files
 * ({@code ZipFolder}) under a temporary name and renames complete ones.
 *
 * <p>In the browser: {@code main.js} shows a page, {@code api.js} sends requests; {@code train.js}
 * with {@code form.js}, {@code upload.js}, {@code runs.js}, {@code cells.js} and {@code curves.js};
 * {@code insight.js}, {@code inside.js} and {@code data.js}; {@code playground.js} and, on the
 * book's pages, {@code book.js} show a {@code convolution.js}.
 */
@org.jspecify.annotations.NullMarked
package io.fovea.studio;
