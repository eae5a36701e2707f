/**
 * Files of Fovea: models and checkpoints as safetensors, networks described in JSON, ONNX, the
 * folder of a run. Files are data, never code: no Java serialisation, no class names, no times and
 * no paths in a model.
 */
@SuppressWarnings("module") // the modules of the qualified export are built later
module io.fovea.format {
  requires transitive io.fovea.core;
  requires com.google.protobuf;
  requires tools.jackson.core;
  requires static org.jspecify;

  exports io.fovea.format;
  exports io.fovea.format.onnx;
  exports io.fovea.format.onnx.value;
  exports io.fovea.format.json to
      io.fovea.replay,
      io.fovea.transfer;
  exports io.fovea.format.tensors to
      io.fovea.replay;
  exports io.fovea.run to
      io.fovea.cli,
      io.fovea.replay,
      io.fovea.serve,
      io.fovea.spring,
      io.fovea.studio;
}
