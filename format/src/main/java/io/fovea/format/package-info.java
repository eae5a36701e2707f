/**
 * Models, checkpoints and network descriptions as files: {@link io.fovea.format.Models} first. What
 * is read may come from anybody: a damaged or hostile file ends in a {@link
 * io.fovea.format.FormatException}, and nothing is allocated because a file claims to need it.
 *
 * <p>The types here are what programs use. Packages below them read and write; each uses only those
 * in lines below it, and the types {@code FormatException} and {@code Fitting}.
 *
 * <pre>
 * weights     which tensor of a file is which weight of a network
 * checkpoint  the run in a checkpoint: JSON and tensors
 * network     networks as JSON
 * torch       state dicts of PyTorch
 * tensors     safetensors
 * content     what a file is by its first bytes
 * json        JSON texts
 * message     quotations in messages
 * </pre>
 */
@org.jspecify.annotations.NullMarked
package io.fovea.format;
