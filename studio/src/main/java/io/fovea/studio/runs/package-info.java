/**
 * Runs, whose state is in files: {@code Runs} reads run folders and the files of {@code RunFiles}
 * beside them in {@code .studio} (records, logs, notes, the trash).
 *
 * <pre>
 * RunRoutes      lists, pauses, resumes, deletes and follows runs
 *   RunTail        the lines of a metrics file
 *   RunFeed        new lines as server-sent events, once for all pages
 *   RunScore       the results of a run
 * StepReplays    a step of a run: asks fovea replay, one process a run; keeps the latest answers
 * LaunchRoutes   the form of a new run: choices, RunCostEstimate, start
 * RunDownloads   model, report, ONNX file
 * InsightRoutes  ModelStatistics of the latest weights, PollingBudget limits how often; doubtful
 *                labels, the pictures of a confusion matrix's cell
 * RunDatasets    the data set of a run
 * </pre>
 */
@org.jspecify.annotations.NullMarked
package io.fovea.studio.runs;
