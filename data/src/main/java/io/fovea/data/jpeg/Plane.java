package io.fovea.data.jpeg;

/** The samples of a colour component, and where their decoding stands. */
final class Plane {
  final int id;
  final int h;
  final int v;
  final int quantisation;

  /** Samples a side that a block of coefficients becomes: 8, 4, 2 or 1. */
  final int size;

  /** Blocks that hold a part of the picture. */
  final int blocksWide;

  final int blocksHigh;

  /** Blocks in a row including those that fill up the last MCU. */
  final int blocksPerRow;

  /** Width and height in samples, scaled. */
  final int width;

  final int height;

  /** How many pixels of the picture a sample is wide and high. */
  final int wider;

  final int higher;
  final Upsampling upsampling;
  final int stride;

  /** Row y lies at {@code (y & ringMask) * stride} of the ring. */
  final int ringMask;

  /** The samples of at least two rows of MCUs. */
  byte[] ring = {};

  /** The quantisation factors in natural order, as they were at the first scan; empty before it. */
  int[] factors = {};

  HuffmanTable dc = HuffmanTable.NONE;
  HuffmanTable ac = HuffmanTable.NONE;
  int predicted;

  /** All coefficients in natural order, of a picture of many scans; otherwise empty. */
  short[] coefficients = {};

  /** By block: the place in zigzag order of the last coefficient that may differ from 0. */
  byte[] lasts = {};

  Plane(FrameHeader.Sampling sampling, FrameHeader header, int frameSize, int mcusWide) {
    this.id = sampling.id();
    this.h = sampling.h();
    this.v = sampling.v();
    this.quantisation = sampling.quantisation();
    int maxH = header.maxH();
    int maxV = header.maxV();
    int own = frameSize;
    // Rather a larger transform than upsampling.
    while (own < 8
        && maxH * frameSize % (h * own * 2) == 0
        && maxV * frameSize % (v * own * 2) == 0) {
      own *= 2;
    }
    this.size = own;
    this.blocksWide = DecodedFrame.quotient((long) header.width() * h, 8L * maxH);
    this.blocksHigh = DecodedFrame.quotient((long) header.height() * v, 8L * maxV);
    this.blocksPerRow = mcusWide * h;
    this.width = DecodedFrame.quotient((long) header.width() * h * size, 8L * maxH);
    this.height = DecodedFrame.quotient((long) header.height() * v * size, 8L * maxV);
    this.wider = maxH * frameSize / (h * size);
    this.higher = maxV * frameSize / (v * size);
    this.upsampling = Upsampling.of(wider, higher, width, frameSize > 1);
    this.stride = blocksPerRow * size;
    this.ringMask = Integer.highestOneBit(2 * (2 * v * size) - 1) - 1;
  }

  /** Where the samples of a block begin in the ring. */
  int ringOffset(int blockRow, int blockColumn) {
    return (blockRow * size & ringMask) * stride + blockColumn * size;
  }
}
