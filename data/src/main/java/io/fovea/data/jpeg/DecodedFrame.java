package io.fovea.data.jpeg;

/** A picture that is being decoded, at a scale: its sizes and its planes. */
final class DecodedFrame {
  /** What a decoder takes beside the picture and its planes: tables, and the objects. */
  private static final long TABLES = 200_000;

  final boolean isProgressive;
  final Colours colours;
  final Plane[] planes;
  final int maxV;

  /** Samples a side that a block of the finest component becomes. */
  final int size;

  final int outWidth;
  final int outHeight;
  final int mcusWide;
  final int mcusHigh;

  /**
   * Plans the picture at 1/scale of its size (libjpeg's {@code jdmaster.c}).
   *
   * @param scale 1, 2, 4 or 8
   */
  DecodedFrame(FrameHeader header, Colours colours, int scale) {
    this.isProgressive = header.isProgressive();
    this.colours = colours;
    this.maxV = header.maxV();
    this.size = 8 / scale;
    this.outWidth = quotient(header.width(), scale);
    this.outHeight = quotient(header.height(), scale);
    this.mcusWide = quotient(header.width(), 8L * header.maxH());
    this.mcusHigh = quotient(header.height(), 8L * maxV);
    this.planes =
        header.components().stream()
            .map(each -> new Plane(each, header, size, mcusWide))
            .toArray(Plane[]::new);
  }

  /** a / b, rounded up. */
  static int quotient(long a, long b) {
    return (int) ((a + b - 1) / b);
  }

  /** Bytes for decoding beside the file: the picture, two rows of MCUs, and coefficients. */
  long memory(boolean isOfManyScans) {
    long bytes = pictureBytes() + TABLES;
    for (Plane plane : planes) {
      bytes += (long) plane.stride * (plane.ringMask + 1) + 2L * outWidth;
      if (isOfManyScans) {
        bytes += 129L * plane.blocksPerRow * mcusHigh * plane.v;
      }
    }
    return bytes;
  }

  long pictureBytes() {
    return (long) outWidth * outHeight * colours.channels();
  }

  void allocate(boolean isOfManyScans) {
    for (Plane plane : planes) {
      plane.ring = new byte[plane.stride * (plane.ringMask + 1)];
      if (isOfManyScans) {
        int blocks = plane.blocksPerRow * mcusHigh * plane.v;
        plane.coefficients = new short[blocks * 64];
        plane.lasts = new byte[blocks];
      }
    }
  }
}
