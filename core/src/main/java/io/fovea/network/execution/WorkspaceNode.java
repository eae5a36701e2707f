package io.fovea.network.execution;

import io.fovea.layer.LayerContext;
import io.fovea.layer.context.NodeContext;

/**
 * A node's buffers, as all layers see them: those of this library know {@link NodeContext}, others
 * only {@link LayerContext}.
 */
public final class WorkspaceNode extends NodeContext implements LayerContext {
  WorkspaceNode(Workspace workspace, String name) {
    super(workspace, name);
  }
}
