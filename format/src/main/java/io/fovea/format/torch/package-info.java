/**
 * Weights in files of PyTorch: no code in them is run.
 *
 * <pre>
 * TorchFile            one state dict: facts at once, values when asked for
 *   TorchArchive         the zip container: central directory, checksums; stored entries only
 *   TorchPickle          the pickle machine, without recursion: values of TorchValue, names of TorchGlobal
 *     TorchRebuild         what those names do: facts of tensors, views checked against their storage
 * </pre>
 */
@org.jspecify.annotations.NullMarked
package io.fovea.format.torch;
