package io.fovea.network;

/** An option of a convolution in {@link NetworkBuilder#conv2d}; import them statically. */
public sealed interface ConvOption {
  /** Zeros on each side. */
  static ConvOption padding(int size) {
    return new Padding(size);
  }

  /** Pixels between two windows. */
  static ConvOption stride(int size) {
    return new Stride(size);
  }

  /** Pixels between two kernel elements. */
  static ConvOption dilation(int size) {
    return new Dilation(size);
  }

  /** Groups of filters that see their own channels only. */
  static ConvOption groups(int count) {
    return new Groups(count);
  }

  static ConvOption noBias() {
    return new NoBias();
  }

  record Padding(int size) implements ConvOption {}

  record Stride(int size) implements ConvOption {}

  record Dilation(int size) implements ConvOption {}

  record Groups(int count) implements ConvOption {}

  record NoBias() implements ConvOption {}

  record Facts(int stride, int padding, int dilation, int groups, boolean bias) {
    static Facts of(ConvOption... options) {
      int stride = 1;
      int padding = 0;
      int dilation = 1;
      int groups = 1;
      boolean bias = true;
      for (ConvOption option : options) {
        switch (option) {
          case Padding p -> padding = p.size;
          case Stride s -> stride = s.size;
          case Dilation d -> dilation = d.size;
          case Groups g -> groups = g.count;
          case NoBias n -> bias = false;
        }
      }
      return new Facts(stride, padding, dilation, groups, bias);
    }
  }
}
