package io.fovea.rivals.measure;

/** Where an image's channels lie. */
public enum ChannelOrder {
  /** (C, H, W), as PyTorch and ONNX read. */
  FIRST,
  /** (H, W, C), as Fovea reads. */
  LAST
}
