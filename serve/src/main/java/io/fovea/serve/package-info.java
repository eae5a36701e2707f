/**
 * Predictions over HTTP, for {@code fovea serve} and other programs.
 *
 * <pre>
 * PredictionServer     one request: AccessControl, Router, an Endpoint, access log, Metrics
 *   web                  Endpoint: a path, its handler and its OpenApi entry; Admission, HttpReply
 *   predict              own protocol: PredictApi, Query, Predictions, PictureDecoder
 *   v2                   Open Inference Protocol: InferenceApi, InferenceReader (JSON as a stream),
 *                        InferenceInput, InferenceReply
 *   model                ModelRepository: models by name and version; a thread polls their files
 *                        ModelVersion: what is loaded from a file, and why newer content is not
 *                        LoadedModel: a classifier, closed after its last request
 * </pre>
 *
 * <p>A program gives its options to a {@link io.fovea.serve.ServerBuilder}. The models are those of
 * a {@code ServedModels}, which {@code ModelFolder} finds and a {@link io.fovea.serve.ModelReader}
 * reads.
 */
@org.jspecify.annotations.NullMarked
package io.fovea.serve;
