/**
 * Predictions over HTTP, for {@code fovea serve} and other programs.
 *
 * <pre>
 * PredictionServer     one request: AccessControl, Router, an Endpoint, access log, Metrics
 *   Endpoint             a path: its handler and its OpenApi entry; the only list of paths
 *     PredictApi           own protocol: Query, Predictions
 *     InferenceApi         Open Inference Protocol: InferenceReader (JSON as a stream), InferenceInput,
 *                          InferenceReply
 *       ModelRepository      models by name and version; a thread polls their files
 *         ModelVersion         the model loaded from a file, and why newer content was not loaded
 *           LoadedModel          a classifier, closed after its last request
 * </pre>
 *
 * <p>A program gives its options to a {@link io.fovea.serve.ServerBuilder}. The models are those of
 * a {@code ServedModels}, which {@code ModelFolder} finds and a {@link io.fovea.serve.ModelReader}
 * reads.
 */
@org.jspecify.annotations.NullMarked
package io.fovea.serve;
