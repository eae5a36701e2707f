/**
 * The unexported half of {@code io.fovea.layer}: what a pass through a network keeps ({@link
 * io.fovea.layer.workspace.Workspace}), and what the walk and the layers tell each other at each
 * node ({@link io.fovea.layer.workspace.NodeContext}, {@link io.fovea.layer.workspace.Fusion}).
 */
@org.jspecify.annotations.NullMarked
package io.fovea.layer.workspace;
