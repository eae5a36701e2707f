/**
 * The unexported half of {@code io.fovea.layer}: the memory of a pass through a network ({@link
 * io.fovea.layer.workspace.Workspace}), and the protocol between the pass and each layer ({@link
 * io.fovea.layer.workspace.NodeContext}, {@link io.fovea.layer.workspace.Fusion}).
 */
@org.jspecify.annotations.NullMarked
package io.fovea.layer.workspace;
