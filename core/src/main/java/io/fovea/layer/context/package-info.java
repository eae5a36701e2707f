/**
 * What this library's layers see of a pass through a network: the buffers of their node ({@link
 * io.fovea.layer.context.NodeContext}), and what is fused into them ({@link
 * io.fovea.layer.context.Fusion}). {@code Workspace}, in {@code network.execution}, is the memory
 * of all nodes.
 */
@org.jspecify.annotations.NullMarked
package io.fovea.layer.context;
