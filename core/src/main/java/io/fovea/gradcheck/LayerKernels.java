package io.fovea.gradcheck;

import io.fovea.kernel.geometry.BatchNorm2dGeometry;
import io.fovea.kernel.geometry.Conv2dGeometry;
import io.fovea.kernel.geometry.DenseGeometry;
import io.fovea.kernel.geometry.GroupNormGeometry;
import io.fovea.kernel.geometry.Interpolation;
import io.fovea.kernel.geometry.LocalResponseNormGeometry;
import io.fovea.kernel.geometry.Pool2dGeometry;
import io.fovea.kernel.reference.ReferenceActivation;
import io.fovea.kernel.reference.ReferenceBatchNorm2d;
import io.fovea.kernel.reference.ReferenceConv2d;
import io.fovea.kernel.reference.ReferenceConvTranspose2d;
import io.fovea.kernel.reference.ReferenceCopy;
import io.fovea.kernel.reference.ReferenceDense;
import io.fovea.kernel.reference.ReferenceLinear;
import io.fovea.kernel.reference.ReferenceLocalResponseNorm;
import io.fovea.kernel.reference.ReferenceResize2d;
import io.fovea.kernel.reference.ReferenceSoftmax;
import io.fovea.kernel.reference.ReferenceUnary;
import io.fovea.layer.ActivationLayer;
import io.fovea.layer.AvgPool2d;
import io.fovea.layer.BatchNorm2d;
import io.fovea.layer.ChannelAffine;
import io.fovea.layer.ChannelShuffle;
import io.fovea.layer.ChannelSlice;
import io.fovea.layer.Conv2d;
import io.fovea.layer.ConvTranspose2d;
import io.fovea.layer.Dense;
import io.fovea.layer.GroupNorm;
import io.fovea.layer.Layer;
import io.fovea.layer.LayerNorm;
import io.fovea.layer.LayerNorm2d;
import io.fovea.layer.LocalResponseNorm;
import io.fovea.layer.MaxPool2d;
import io.fovea.layer.Resize2d;
import io.fovea.layer.Softmax;
import io.fovea.layer.Upsample2d;
import io.fovea.layer.ZeroPad2d;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Window;
import java.util.List;

/**
 * Makes reference kernels from a layer's record and its input's shape. Layers derive the same
 * geometry for their own kernels; a gradient check also shows that both agree.
 */
final class LayerKernels {
  private LayerKernels() {}

  static ReferenceLinear linear(Layer layer, Shape x) {
    Shape y = layer.output(List.of(x));
    return switch (layer) {
      case Conv2d conv ->
          new ReferenceConv2d(
              new Conv2dGeometry(
                  x.size(0), x.size(1), x.size(2), y.size(0), conv.groups(), conv.window()));
      case ConvTranspose2d conv ->
          new ReferenceConvTranspose2d(
              new Conv2dGeometry(
                  y.size(0), y.size(1), y.size(2), x.size(0), conv.groups(), conv.window()));
      case Dense _ -> new ReferenceDense(new DenseGeometry(x, y.size(0)));
      default -> throw new IllegalArgumentException(layer.type());
    };
  }

  /** The geometry of a pooling; a global one has one window over the full map. */
  static Pool2dGeometry pooling(Layer layer, Shape x) {
    int h = x.size(1);
    int w = x.size(2);
    return switch (layer) {
      case MaxPool2d p -> new Pool2dGeometry(x.size(0), h, w, p.window(), p.ceilMode(), false);
      case AvgPool2d p ->
          new Pool2dGeometry(x.size(0), h, w, p.window(), p.ceilMode(), p.countIncludePad());
      default -> new Pool2dGeometry(x.size(0), h, w, new Window(h, w, h, w, 0, 0, 0, 0, 1, 1));
    };
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

  static GroupNormGeometry geometry(LayerNorm2d norm, Shape x) {
    return new GroupNormGeometry(x.size(0), 1, 1, norm.epsilon());
  }

  /** The kernel of a layer that is a function of one input without weights. */
  static ReferenceUnary unary(Layer layer, Shape x) {
    int channels = x.size(0);
    Shape y = layer.output(List.of(x));
    return switch (layer) {
      case ActivationLayer f -> new ReferenceActivation(f::value, f::derivative);
      case Softmax _ -> new ReferenceSoftmax(channels);
      case LocalResponseNorm norm ->
          new ReferenceLocalResponseNorm(
              new LocalResponseNormGeometry(
                  channels,
                  x.size(1) * x.size(2),
                  norm.size(),
                  norm.alpha(),
                  norm.beta(),
                  norm.k()));
      case ChannelShuffle shuffle -> {
        int each = channels / shuffle.groups();
        yield new ReferenceCopy(
            k -> {
              int c = k % channels;
              return k - c + c % shuffle.groups() * each + c / shuffle.groups();
            });
      }
      case ChannelSlice slice -> {
        int kept = slice.to() - slice.from();
        yield new ReferenceCopy(k -> k / kept * channels + slice.from() + k % kept);
      }
      case ZeroPad2d pad -> ReferenceCopy.ofMaps(x, y, i -> i - pad.top(), j -> j - pad.left());
      case Upsample2d up -> ReferenceCopy.ofMaps(x, y, i -> i / up.factor(), j -> j / up.factor());
      case Resize2d resize ->
          new ReferenceResize2d(
              channels,
              new Interpolation(x.size(1), resize.height(), resize.alignCorners()),
              new Interpolation(x.size(2), resize.width(), resize.alignCorners()));
      default -> throw new IllegalArgumentException(layer.type());
    };
  }
}
