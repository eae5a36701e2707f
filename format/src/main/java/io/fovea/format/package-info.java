/**
 * Models, checkpoints and network descriptions as files: {@link io.fovea.format.Models} first. What
 * is read may come from anybody: a damaged or hostile file ends in a {@link
 * io.fovea.format.FormatException}, and nothing is allocated because a file claims to need it.
 *
 * <h2>Weights of other programs</h2>
 *
 * <p>{@link io.fovea.format.WeightsFile} asks {@code FileContent} what the first bytes say:
 * safetensors ({@link io.fovea.format.SafeTensors}), or a file of PyTorch.
 *
 * <pre>
 * TorchFile            one state dict: facts at once, values when asked for
 *   TorchArchive         the zip container: central directory, checksums; stored entries only
 *   TorchPickle          the pickle machine, without recursion: values of TorchValue, names of TorchGlobal
 *     TorchRebuild         what those names do: facts of tensors, views checked against their storage
 * Matching             which tensor is which weight, by names and shapes, before any value is converted
 *   ModuleNames          torchvision's and timm's names as ours
 * OpenImagesBackbone   one pinned file of MediaPipe: known offsets as weights of mobilenet-v2
 * </pre>
 *
 * <p>Networks as JSON: {@code RecordJson} writes and reads layers by their record components,
 * {@code LayerJson} those that need more.
 */
@org.jspecify.annotations.NullMarked
package io.fovea.format;
