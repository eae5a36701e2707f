/**
 * The studio's server and what its pages ask for.
 *
 * <p>{@code Studio} is the server; {@code Router} leads to one {@code Routes} a page: {@code
 * RunRoutes}, {@code LaunchRoutes} (the form of a new run: choices, {@code Estimates}, start),
 * {@code RunDownloads}, {@code CellRoutes} (the pictures of a confusion matrix's cell), {@code
 * InsightRoutes}, {@code InsideRoutes}, {@code DataRoutes}, {@code UploadRoutes}, {@code
 * BookRoutes}; {@code Assets} are the files in the jar. State is in files: {@code Runs} reads run
 * folders and what {@code RunFiles} has beside them in {@code .studio} (records, logs, notes, the
 * trash), {@code RunTail} keeps the lines of a metrics file, {@code RunFeed} turns what is new into
 * server-sent events, once for all pages. {@code PollingBudget} limits how often a run that trains
 * may be inspected. Training is a process of its own ({@code TrainerProcess}, decision 15); {@code
 * TrainerProcess.resolved} checks a run's flags before there is one. {@code Collections} gives data
 * sets names, so that pages never name a path; {@code Uploads} takes folders and zip files ({@code
 * ZipFolder}) under a temporary name and renames what is complete.
 *
 * <p>In the browser: {@code main.js} shows a page, {@code api.js} asks; {@code train.js} with
 * {@code form.js}, {@code upload.js}, {@code runs.js}, {@code cells.js} and {@code curves.js};
 * {@code insight.js}, {@code inside.js} and {@code data.js}; {@code playground.js} and, on the
 * book's pages, {@code book.js} show a {@code convolution.js}.
 */
@org.jspecify.annotations.NullMarked
package io.fovea.studio;
