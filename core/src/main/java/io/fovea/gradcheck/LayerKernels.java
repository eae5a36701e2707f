package io.fovea.gradcheck;

import io.fovea.kernel.BatchNorm2dGeometry;
import io.fovea.kernel.Conv2dGeometry;
import io.fovea.kernel.DenseGeometry;
import io.fovea.kernel.GroupNormGeometry;
import io.fovea.kernel.Interpolation;
import io.fovea.kernel.LocalResponseNormGeometry;
import io.fovea.kernel.Pool2dGeometry;
import io.fovea.kernel.reference.ReferenceActivation;
import io.fovea.kernel.reference.ReferenceAvgPool2d;
import io.fovea.kernel.reference.ReferenceBatchNorm2d;
import io.fovea.kernel.reference.ReferenceChannels;
import io.fovea.kernel.reference.ReferenceConv2d;
import io.fovea.kernel.reference.ReferenceConvTranspose2d;
import io.fovea.kernel.reference.ReferenceDense;
import io.fovea.kernel.reference.ReferenceLocalResponseNorm;
import io.fovea.kernel.reference.ReferenceMaxPool2d;
import io.fovea.kernel.reference.ReferenceResize2d;
import io.fovea.kernel.reference.ReferenceZeroPad2d;
import io.fovea.layer.ActivationLayer;
import io.fovea.layer.AvgPool2d;
import io.fovea.layer.BatchNorm2d;
import io.fovea.layer.ChannelAffine;
import io.fovea.layer.ChannelShuffle;
import io.fovea.layer.ChannelSlice;
import io.fovea.layer.Conv2d;
import io.fovea.layer.ConvTranspose2d;
import io.fovea.layer.Dense;
import io.fovea.layer.GlobalAvgPool2d;
import io.fovea.layer.GlobalMaxPool2d;
import io.fovea.layer.GroupNorm;
import io.fovea.layer.LayerNorm;
import io.fovea.layer.LocalResponseNorm;
import io.fovea.layer.MaxPool2d;
import io.fovea.layer.Resize2d;
import io.fovea.layer.ZeroPad2d;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Window;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Makes reference kernels from a layer's record and its input's shape. Layers derive the same
 * geometry for their own kernels; a gradient check also shows that both agree.
 */
final class LayerKernels {
  private LayerKernels() {}

  static ReferenceConv2d of(Conv2d conv, Shape x) {
    return new ReferenceConv2d(
        new Conv2dGeometry(
            x.size(0), x.size(1), x.size(2), conv.filters(), conv.groups(), conv.window()));
  }

  /** The kernel of a transposed convolution. */
  static ReferenceConvTranspose2d of(ConvTranspose2d conv, Shape x) {
    Shape y = conv.output(List.of(x));
    return new ReferenceConvTranspose2d(
        new Conv2dGeometry(
            conv.filters(), y.size(1), y.size(2), x.size(0), conv.groups(), conv.window()));
  }

  static ReferenceDense of(Dense dense, Shape x) {
    return new ReferenceDense(new DenseGeometry(x, dense.outputs()));
  }

  static ReferenceMaxPool2d of(MaxPool2d pool, Shape x) {
    return new ReferenceMaxPool2d(
        new Pool2dGeometry(x.size(0), x.size(1), x.size(2), pool.window(), pool.ceilMode(), false));
  }

  static ReferenceAvgPool2d of(AvgPool2d pool, Shape x) {
    return new ReferenceAvgPool2d(
        new Pool2dGeometry(
            x.size(0),
            x.size(1),
            x.size(2),
            pool.window(),
            pool.ceilMode(),
            pool.countIncludePad()));
  }

  static ReferenceMaxPool2d of(GlobalMaxPool2d pool, Shape x) {
    return new ReferenceMaxPool2d(whole(x));
  }

  static ReferenceAvgPool2d of(GlobalAvgPool2d pool, Shape x) {
    return new ReferenceAvgPool2d(whole(x));
  }

  /** The geometry of one window over the full map. */
  private static Pool2dGeometry whole(Shape x) {
    int height = x.size(1);
    int width = x.size(2);
    return new Pool2dGeometry(
        x.size(0), height, width, new Window(height, width, height, width, 0, 0, 0, 0, 1, 1));
  }

  static ReferenceBatchNorm2d of(BatchNorm2d norm, Shape x) {
    return new ReferenceBatchNorm2d(
        new BatchNorm2dGeometry(x.size(0), x.size(1), x.size(2), norm.epsilon()));
  }

  /** The kernel of a channel affine, as a normalisation of maps; a row is one pixel. */
  static ReferenceBatchNorm2d of(ChannelAffine affine, Shape x) {
    return new ReferenceBatchNorm2d(
        new BatchNorm2dGeometry(x.size(0), x.elements() / x.size(0), 1, 0));
  }

  static GroupNormGeometry geometry(GroupNorm norm, Shape x) {
    return new GroupNormGeometry(x.size(0), x.size(1) * x.size(2), norm.groups(), norm.epsilon());
  }

  static GroupNormGeometry geometry(LayerNorm norm, Shape x) {
    return new GroupNormGeometry(x.elements(), 1, 1, norm.epsilon());
  }

  static ReferenceLocalResponseNorm of(LocalResponseNorm norm, Shape x) {
    return new ReferenceLocalResponseNorm(
        new LocalResponseNormGeometry(
            x.size(0), x.size(1) * x.size(2), norm.size(), norm.alpha(), norm.beta(), norm.k()));
  }

  static ReferenceChannels of(ChannelShuffle shuffle, Shape x) {
    int groups = shuffle.groups();
    int channels = x.size(0);
    int[] source =
        IntStream.range(0, channels)
            .map(c -> c % groups * (channels / groups) + c / groups)
            .toArray();
    return new ReferenceChannels(channels, source);
  }

  static ReferenceChannels of(ChannelSlice slice, Shape x) {
    return new ReferenceChannels(x.size(0), IntStream.range(slice.from(), slice.to()).toArray());
  }

  static ReferenceResize2d of(Resize2d resize, Shape x) {
    Interpolation rows = new Interpolation(x.size(1), resize.height(), resize.alignCorners());
    Interpolation columns = new Interpolation(x.size(2), resize.width(), resize.alignCorners());
    return new ReferenceResize2d(x.size(0), rows, columns);
  }

  static ReferenceZeroPad2d of(ZeroPad2d pad, Shape x) {
    return new ReferenceZeroPad2d(x, pad.output(List.of(x)), pad.top(), pad.left());
  }

  static ReferenceActivation activation(ActivationLayer layer) {
    return new ReferenceActivation(layer::value, layer::derivative);
  }
}
