/**
 * Predictions over HTTP: {@code fovea serve}.
 *
 * <pre>
 * PredictionServer     one request: Guard, Router, an Endpoint, access log, Metrics
 *   Endpoint             an address: who answers, and what OpenApi says of it; the only list of addresses
 *     PredictApi           own protocol: Query, Predictions (picture or PixelJson)
 *     InferenceApi         Open Inference Protocol: InferenceReader (JSON as a stream), InferenceInput,
 *                          InferenceReply
 *       ModelRepository      models by name and version; a thread looks at their files
 *         ModelVersion         what was loaded of a file, and why newer content was not
 *           LoadedModel          a classifier, closed when its last request is answered
 * </pre>
 *
 * <p>A server gets its models from a {@code ModelSource}: {@code ServedModels} of the command,
 * which finds them by {@code ModelFolder}.
 */
@org.jspecify.annotations.NullMarked
package io.fovea.cli.serve;
