package io.fovea.kernel.geometry;

import io.fovea.tensor.Window;

/**
 * The geometry of a convolution, which determines its kernel.
 *
 * @param channels input channels, C
 * @param height input rows, H
 * @param width input columns, W
 * @param filters output channels, O
 * @param groups groups; C and O are multiples of it
 * @param window kernel, stride, padding, dilation
 */
public record Conv2dGeometry(
    int channels, int height, int width, int filters, int groups, Window window) {

  public int outputHeight() {
    return window.outputHeight(height);
  }

  public int outputWidth() {
    return window.outputWidth(width);
  }

  public int groupChannels() {
    return channels / groups;
  }

  public int groupFilters() {
    return filters / groups;
  }

  /** Products summed in one output element: C/groups * KH * KW. */
  public int taps() {
    return groupChannels() * window.kernelHeight() * window.kernelWidth();
  }

  /** Elements of the weight (O, C/groups, KH, KW). */
  public int weights() {
    return filters * taps();
  }

  public int inputElements() {
    return channels * height * width;
  }

  public int outputElements() {
    return filters * outputHeight() * outputWidth();
  }
}
