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

  /** No bias. */
  static ConvOption noBias() {
    return new NoBias();
  }

  /** See {@link ConvOption#padding}. */
  record Padding(int size) implements ConvOption {}

  /** See {@link ConvOption#stride}. */
  record Stride(int size) implements ConvOption {}

  /** See {@link ConvOption#dilation}. */
  record Dilation(int size) implements ConvOption {}

  /** See {@link ConvOption#groups}. */
  record Groups(int count) implements ConvOption {}

  /** See {@link ConvOption#noBias}. */
  record NoBias() implements ConvOption {}

  /** The options taken together. */
  record Facts(int stride, int padding, int dilation, int groups, boolean bias) {
    static Facts of(ConvOption... options) {
      Facts facts = new Facts(1, 0, 1, 1, true);
      for (ConvOption option : options) {
        facts =
            switch (option) {
              case Padding p ->
                  new Facts(facts.stride, p.size, facts.dilation, facts.groups, facts.bias);
              case Stride s ->
                  new Facts(s.size, facts.padding, facts.dilation, facts.groups, facts.bias);
              case Dilation d ->
                  new Facts(facts.stride, facts.padding, d.size, facts.groups, facts.bias);
              case Groups g ->
                  new Facts(facts.stride, facts.padding, facts.dilation, g.count, facts.bias);
              case NoBias n ->
                  new Facts(facts.stride, facts.padding, facts.dilation, facts.groups, false);
            };
      }
      return facts;
    }
  }
}
