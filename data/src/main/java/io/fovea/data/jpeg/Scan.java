package io.fovea.data.jpeg;

import java.util.Arrays;

/** One scan: an ordered pass over some components (T.81, annexes F and G). */
final class Scan {
  private final EntropyReader in;
  private final DecodedFrame frame;
  private final ScanHeader header;
  private final Plane[] planes;
  private final int restartInterval;
  private final short[] block = new short[64];
  private final InverseDct transform = new InverseDct();
  private int untilRestart;
  private int restarts;
  private int row;

  Scan(
      EntropyReader in,
      DecodedFrame frame,
      ScanHeader header,
      Plane[] planes,
      int restartInterval) {
    this.in = in;
    this.frame = frame;
    this.header = header;
    this.planes = planes;
    this.restartInterval = restartInterval;
  }

  /** The row of blocks, or of MCUs of several components, that is being decoded, from 1 on. */
  int row() {
    return row + 1;
  }

  private void begin() {
    untilRestart = restartInterval > 0 ? restartInterval : Integer.MAX_VALUE;
    for (Plane plane : planes) {
      plane.predicted = 0;
    }
  }

  /**
   * Decodes the scan: into coefficients if the picture is of many scans, otherwise into pixels.
   *
   * @param rows writes a row of MCUs whose samples are complete
   */
  void decode(RowWriter rows) throws JpegException {
    boolean isDirect = planes[0].coefficients.length == 0;
    if (header.from() > 0 && planes[0].size == 1) {
      in.skip(); // only DC coefficients are needed
      return;
    }
    begin();
    boolean isSingle = planes.length == 1;
    Plane first = planes[0];
    int wide = isSingle ? first.blocksWide : frame.mcusWide;
    int high = isSingle ? first.blocksHigh : frame.mcusHigh;
    int rowsOfMcu = isSingle ? first.v : 1;
    for (row = 0; row < high; row++) {
      for (int x = 0; x < wide; x++) {
        if (--untilRestart < 0) {
          in.restart(restarts++ & 7);
          begin();
          untilRestart--;
        }
        if (isSingle) {
          block(first, row, x);
        } else {
          mcu(row, x);
        }
      }
      in.requireData();
      if (isDirect && ((row + 1) % rowsOfMcu == 0 || row == high - 1)) {
        rows.write(row / rowsOfMcu);
      }
    }
  }

  private void mcu(int y, int x) throws JpegException {
    for (Plane plane : planes) {
      for (int v = 0; v < plane.v; v++) {
        for (int h = 0; h < plane.h; h++) {
          block(plane, y * plane.v + v, x * plane.h + h);
        }
      }
    }
  }

  private void block(Plane plane, int y, int x) throws JpegException {
    if (plane.coefficients.length == 0) {
      int last = sequential(plane, block, 0);
      int at = plane.ringOffset(y, x);
      transform.block(plane.size, block, 0, plane.factors, last, plane.ring, at, plane.stride);
      Arrays.fill(block, (short) 0);
      return;
    }
    int number = y * plane.blocksPerRow + x;
    int at = number * 64;
    if (frame.isProgressive) {
      progressive(plane, number, at);
    } else {
      plane.lasts[number] = (byte) sequential(plane, plane.coefficients, at);
    }
  }

  private int sequential(Plane plane, short[] out, int at) throws JpegException {
    plane.predicted += in.difference(plane.dc);
    out[at] = (short) plane.predicted;
    return in.coefficients(plane.ac, out, at, 1, 63, 0, true);
  }

  private void progressive(Plane plane, int number, int at) throws JpegException {
    short[] out = plane.coefficients;
    int low = header.low();
    if (header.from() == 0) {
      if (header.high() == 0) {
        plane.predicted += in.difference(plane.dc);
        out[at] = (short) (plane.predicted << low);
      } else if (in.bit() != 0) {
        out[at] |= (short) (1 << low);
      }
    } else if (header.high() == 0) {
      int last = in.coefficients(plane.ac, out, at, header.from(), header.to(), low, false);
      plane.lasts[number] = (byte) Math.max(last, plane.lasts[number]);
    } else {
      int last = plane.lasts[number];
      plane.lasts[number] =
          (byte) in.refine(plane.ac, out, at, header.from(), header.to(), low, last);
    }
  }
}
