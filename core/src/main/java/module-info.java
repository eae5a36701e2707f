/**
 * Convolutional networks in pure Java: tensors, layers, networks, losses, optimisers and training.
 * Needs nothing but the JDK; the Vector API is used in one package, {@code io.fovea.kernel.vector}.
 */
@SuppressWarnings("module") // the modules of the qualified export are built later
module io.fovea.core {
  requires jdk.incubator.vector;
  requires jdk.management; // what a thread allocates
  requires static org.jspecify;

  exports io.fovea.dataset;
  exports io.fovea.explain;
  exports io.fovea.file to
      io.fovea.cli,
      io.fovea.data,
      io.fovea.format,
      io.fovea.replay,
      io.fovea.serve,
      io.fovea.source,
      io.fovea.studio,
      io.fovea.transfer;
  exports io.fovea.gradcheck;
  exports io.fovea.inference;
  exports io.fovea.kernel;
  exports io.fovea.layer;
  exports io.fovea.loss;
  exports io.fovea.metrics;
  exports io.fovea.network;
  exports io.fovea.network.execution to
      io.fovea.cli, // prints plans
      io.fovea.format, // runs single nodes of ONNX graphs
      io.fovea.replay, // looks into the steps of a run
      io.fovea.source, // writes what a classifier computes
      io.fovea.studio, // shows the values and gradients of every node
      io.fovea.transfer; // fits last layers, checks data sets
  exports io.fovea.optim;
  exports io.fovea.parallel;
  exports io.fovea.preprocessing;
  exports io.fovea.random;
  exports io.fovea.range to
      io.fovea.transfer;
  exports io.fovea.tensor;
  exports io.fovea.train;
  exports io.fovea.train.step to
      io.fovea.replay;
}
