package io.fovea.kernel.vector.conv.winograd;

import static io.fovea.kernel.vector.machine.Lanes.SPECIES;

import io.fovea.kernel.vector.machine.Lanes;
import jdk.incubator.vector.FloatVector;

/**
 * Tiles of 8 for filters of 5 taps: F(4, 5) at the points 0, 1, -1, 2, -2, 1/2, -1/2 and infinity.
 */
final class TileOf8 implements TileTransform {
  @Override
  public int size() {
    return 8;
  }

  @Override
  public void input(
      float[] to, int t, int d, int toLine, float[] from, int f, int s, int fromLine, int lines) {
    FloatVector minus17over4 = FloatVector.broadcast(SPECIES, -4.25f);
    FloatVector minus5over4 = FloatVector.broadcast(SPECIES, -1.25f);
    FloatVector minus5over2 = FloatVector.broadcast(SPECIES, -2.5f);
    FloatVector minus5 = FloatVector.broadcast(SPECIES, -5f);
    FloatVector quarter = FloatVector.broadcast(SPECIES, 0.25f);
    FloatVector half = FloatVector.broadcast(SPECIES, 0.5f);
    FloatVector four = FloatVector.broadcast(SPECIES, 4f);
    FloatVector c21over4 = FloatVector.broadcast(SPECIES, 5.25f);
    for (int n = 0; n < lines; n++) {
      int in = f + n * fromLine;
      int out = t + n * toLine;
      FloatVector x0 = FloatVector.fromArray(SPECIES, from, in);
      FloatVector x1 = FloatVector.fromArray(SPECIES, from, in + s);
      FloatVector x2 = FloatVector.fromArray(SPECIES, from, in + 2 * s);
      FloatVector x3 = FloatVector.fromArray(SPECIES, from, in + 3 * s);
      FloatVector x4 = FloatVector.fromArray(SPECIES, from, in + 4 * s);
      FloatVector x5 = FloatVector.fromArray(SPECIES, from, in + 5 * s);
      FloatVector x6 = FloatVector.fromArray(SPECIES, from, in + 6 * s);
      FloatVector x7 = FloatVector.fromArray(SPECIES, from, in + 7 * s);
      FloatVector e1 = x4.fma(minus17over4, x2.add(x6));
      FloatVector o1 = x3.fma(minus17over4, x1.add(x5));
      FloatVector e2 = x4.fma(minus5over4, x2.fma(quarter, x6));
      FloatVector o2 = x3.fma(minus5over2, x1.fma(half, x5.add(x5)));
      FloatVector e3 = x4.fma(minus5, x2.fma(four, x6));
      FloatVector o3 = x3.fma(minus5over2, x5.fma(half, x1.add(x1)));
      x4.sub(x2).fma(c21over4, x0.sub(x6)).intoArray(to, out);
      e1.add(o1).intoArray(to, out + d);
      e1.sub(o1).intoArray(to, out + 2 * d);
      e2.add(o2).intoArray(to, out + 3 * d);
      e2.sub(o2).intoArray(to, out + 4 * d);
      e3.add(o3).intoArray(to, out + 5 * d);
      e3.sub(o3).intoArray(to, out + 6 * d);
      x3.sub(x5).fma(c21over4, x7.sub(x1)).intoArray(to, out + 7 * d);
    }
  }

  @Override
  public void inputRun(float[] to, int t, int d, float[] from, int f, int s, int length) {
    FloatVector minus17over4 = FloatVector.broadcast(SPECIES, -4.25f);
    FloatVector minus5over4 = FloatVector.broadcast(SPECIES, -1.25f);
    FloatVector minus5over2 = FloatVector.broadcast(SPECIES, -2.5f);
    FloatVector minus5 = FloatVector.broadcast(SPECIES, -5f);
    FloatVector quarter = FloatVector.broadcast(SPECIES, 0.25f);
    FloatVector half = FloatVector.broadcast(SPECIES, 0.5f);
    FloatVector four = FloatVector.broadcast(SPECIES, 4f);
    FloatVector c21over4 = FloatVector.broadcast(SPECIES, 5.25f);
    for (int q = 0; q < length; q += Lanes.COUNT) {
      int in = f + q;
      int out = t + q;
      FloatVector x0 = FloatVector.fromArray(SPECIES, from, in);
      FloatVector x1 = FloatVector.fromArray(SPECIES, from, in + s);
      FloatVector x2 = FloatVector.fromArray(SPECIES, from, in + 2 * s);
      FloatVector x3 = FloatVector.fromArray(SPECIES, from, in + 3 * s);
      FloatVector x4 = FloatVector.fromArray(SPECIES, from, in + 4 * s);
      FloatVector x5 = FloatVector.fromArray(SPECIES, from, in + 5 * s);
      FloatVector x6 = FloatVector.fromArray(SPECIES, from, in + 6 * s);
      FloatVector x7 = FloatVector.fromArray(SPECIES, from, in + 7 * s);
      FloatVector e1 = x4.fma(minus17over4, x2.add(x6));
      FloatVector o1 = x3.fma(minus17over4, x1.add(x5));
      FloatVector e2 = x4.fma(minus5over4, x2.fma(quarter, x6));
      FloatVector o2 = x3.fma(minus5over2, x1.fma(half, x5.add(x5)));
      FloatVector e3 = x4.fma(minus5, x2.fma(four, x6));
      FloatVector o3 = x3.fma(minus5over2, x5.fma(half, x1.add(x1)));
      x4.sub(x2).fma(c21over4, x0.sub(x6)).intoArray(to, out);
      e1.add(o1).intoArray(to, out + d);
      e1.sub(o1).intoArray(to, out + 2 * d);
      e2.add(o2).intoArray(to, out + 3 * d);
      e2.sub(o2).intoArray(to, out + 4 * d);
      e3.add(o3).intoArray(to, out + 5 * d);
      e3.sub(o3).intoArray(to, out + 6 * d);
      x3.sub(x5).fma(c21over4, x7.sub(x1)).intoArray(to, out + 7 * d);
    }
  }

  @Override
  public void inputAdjoint(
      float[] to, int t, int d, int toLine, float[] from, int f, int s, int fromLine, int lines) {
    FloatVector minus17over4 = FloatVector.broadcast(SPECIES, -4.25f);
    FloatVector minus5over4 = FloatVector.broadcast(SPECIES, -1.25f);
    FloatVector minus5over2 = FloatVector.broadcast(SPECIES, -2.5f);
    FloatVector minus5 = FloatVector.broadcast(SPECIES, -5f);
    FloatVector quarter = FloatVector.broadcast(SPECIES, 0.25f);
    FloatVector half = FloatVector.broadcast(SPECIES, 0.5f);
    FloatVector four = FloatVector.broadcast(SPECIES, 4f);
    FloatVector c21over4 = FloatVector.broadcast(SPECIES, 5.25f);
    FloatVector two = FloatVector.broadcast(SPECIES, 2f);
    FloatVector minus21over4 = FloatVector.broadcast(SPECIES, -5.25f);
    for (int n = 0; n < lines; n++) {
      int in = f + n * fromLine;
      int out = t + n * toLine;
      FloatVector v0 = FloatVector.fromArray(SPECIES, from, in);
      FloatVector v1 = FloatVector.fromArray(SPECIES, from, in + s);
      FloatVector v2 = FloatVector.fromArray(SPECIES, from, in + 2 * s);
      FloatVector v3 = FloatVector.fromArray(SPECIES, from, in + 3 * s);
      FloatVector v4 = FloatVector.fromArray(SPECIES, from, in + 4 * s);
      FloatVector v5 = FloatVector.fromArray(SPECIES, from, in + 5 * s);
      FloatVector v6 = FloatVector.fromArray(SPECIES, from, in + 6 * s);
      FloatVector v7 = FloatVector.fromArray(SPECIES, from, in + 7 * s);
      FloatVector s1 = v1.add(v2);
      FloatVector m1 = v1.sub(v2);
      FloatVector s2 = v3.add(v4);
      FloatVector m2 = v3.sub(v4);
      FloatVector s3 = v5.add(v6);
      FloatVector m3 = v5.sub(v6);
      v0.add(FloatVector.fromArray(SPECIES, to, out)).intoArray(to, out);
      m3.fma(two, m2.fma(half, m1.sub(v7)))
          .add(FloatVector.fromArray(SPECIES, to, out + d))
          .intoArray(to, out + d);
      v0.fma(minus21over4, s3.fma(four, s2.fma(quarter, s1)))
          .add(FloatVector.fromArray(SPECIES, to, out + 2 * d))
          .intoArray(to, out + 2 * d);
      v7.fma(c21over4, m1.fma(minus17over4, m2.add(m3).mul(minus5over2)))
          .add(FloatVector.fromArray(SPECIES, to, out + 3 * d))
          .intoArray(to, out + 3 * d);
      v0.fma(c21over4, s1.fma(minus17over4, s3.fma(minus5, s2.mul(minus5over4))))
          .intoArray(to, out + 4 * d);
      v7.fma(minus21over4, m3.fma(half, m2.fma(two, m1))).intoArray(to, out + 5 * d);
      s1.add(s2).add(s3.sub(v0)).intoArray(to, out + 6 * d);
      v7.intoArray(to, out + 7 * d);
    }
  }

  @Override
  public void inputAdjointRun(float[] to, int t, int d, float[] from, int f, int s, int length) {
    FloatVector minus17over4 = FloatVector.broadcast(SPECIES, -4.25f);
    FloatVector minus5over4 = FloatVector.broadcast(SPECIES, -1.25f);
    FloatVector minus5over2 = FloatVector.broadcast(SPECIES, -2.5f);
    FloatVector minus5 = FloatVector.broadcast(SPECIES, -5f);
    FloatVector quarter = FloatVector.broadcast(SPECIES, 0.25f);
    FloatVector half = FloatVector.broadcast(SPECIES, 0.5f);
    FloatVector four = FloatVector.broadcast(SPECIES, 4f);
    FloatVector c21over4 = FloatVector.broadcast(SPECIES, 5.25f);
    FloatVector two = FloatVector.broadcast(SPECIES, 2f);
    FloatVector minus21over4 = FloatVector.broadcast(SPECIES, -5.25f);
    for (int q = 0; q < length; q += Lanes.COUNT) {
      int in = f + q;
      int out = t + q;
      FloatVector v0 = FloatVector.fromArray(SPECIES, from, in);
      FloatVector v1 = FloatVector.fromArray(SPECIES, from, in + s);
      FloatVector v2 = FloatVector.fromArray(SPECIES, from, in + 2 * s);
      FloatVector v3 = FloatVector.fromArray(SPECIES, from, in + 3 * s);
      FloatVector v4 = FloatVector.fromArray(SPECIES, from, in + 4 * s);
      FloatVector v5 = FloatVector.fromArray(SPECIES, from, in + 5 * s);
      FloatVector v6 = FloatVector.fromArray(SPECIES, from, in + 6 * s);
      FloatVector v7 = FloatVector.fromArray(SPECIES, from, in + 7 * s);
      FloatVector s1 = v1.add(v2);
      FloatVector m1 = v1.sub(v2);
      FloatVector s2 = v3.add(v4);
      FloatVector m2 = v3.sub(v4);
      FloatVector s3 = v5.add(v6);
      FloatVector m3 = v5.sub(v6);
      v0.add(FloatVector.fromArray(SPECIES, to, out)).intoArray(to, out);
      m3.fma(two, m2.fma(half, m1.sub(v7)))
          .add(FloatVector.fromArray(SPECIES, to, out + d))
          .intoArray(to, out + d);
      v0.fma(minus21over4, s3.fma(four, s2.fma(quarter, s1)))
          .add(FloatVector.fromArray(SPECIES, to, out + 2 * d))
          .intoArray(to, out + 2 * d);
      v7.fma(c21over4, m1.fma(minus17over4, m2.add(m3).mul(minus5over2)))
          .add(FloatVector.fromArray(SPECIES, to, out + 3 * d))
          .intoArray(to, out + 3 * d);
      v0.fma(c21over4, s1.fma(minus17over4, s3.fma(minus5, s2.mul(minus5over4))))
          .intoArray(to, out + 4 * d);
      v7.fma(minus21over4, m3.fma(half, m2.fma(two, m1))).intoArray(to, out + 5 * d);
      s1.add(s2).add(s3.sub(v0)).intoArray(to, out + 6 * d);
      v7.intoArray(to, out + 7 * d);
    }
  }

  @Override
  public void output(
      float[] to, int t, int d, int toLine, float[] from, int f, int s, int fromLine, int lines) {
    FloatVector quarter = FloatVector.broadcast(SPECIES, 0.25f);
    FloatVector half = FloatVector.broadcast(SPECIES, 0.5f);
    FloatVector four = FloatVector.broadcast(SPECIES, 4f);
    FloatVector two = FloatVector.broadcast(SPECIES, 2f);
    FloatVector eight = FloatVector.broadcast(SPECIES, 8f);
    FloatVector eighth = FloatVector.broadcast(SPECIES, 0.125f);
    for (int n = 0; n < lines; n++) {
      int in = f + n * fromLine;
      int out = t + n * toLine;
      FloatVector v0 = FloatVector.fromArray(SPECIES, from, in);
      FloatVector v1 = FloatVector.fromArray(SPECIES, from, in + s);
      FloatVector v2 = FloatVector.fromArray(SPECIES, from, in + 2 * s);
      FloatVector v3 = FloatVector.fromArray(SPECIES, from, in + 3 * s);
      FloatVector v4 = FloatVector.fromArray(SPECIES, from, in + 4 * s);
      FloatVector v5 = FloatVector.fromArray(SPECIES, from, in + 5 * s);
      FloatVector v6 = FloatVector.fromArray(SPECIES, from, in + 6 * s);
      FloatVector v7 = FloatVector.fromArray(SPECIES, from, in + 7 * s);
      FloatVector s1 = v1.add(v2);
      FloatVector m1 = v1.sub(v2);
      FloatVector s2 = v3.add(v4);
      FloatVector m2 = v3.sub(v4);
      FloatVector s3 = v5.add(v6);
      FloatVector m3 = v5.sub(v6);
      v0.add(s1).add(s2.add(s3)).intoArray(to, out);
      m3.fma(half, m2.fma(two, m1)).intoArray(to, out + d);
      s3.fma(quarter, s2.fma(four, s1)).intoArray(to, out + 2 * d);
      m3.fma(eighth, m2.fma(eight, m1.add(v7))).intoArray(to, out + 3 * d);
    }
  }

  @Override
  public void outputWithBias(
      float[] to,
      int t,
      int d,
      int toLine,
      float[] from,
      int f,
      int s,
      int fromLine,
      int lines,
      float[] bias,
      int biasAt,
      float least) {
    FloatVector quarter = FloatVector.broadcast(SPECIES, 0.25f);
    FloatVector half = FloatVector.broadcast(SPECIES, 0.5f);
    FloatVector four = FloatVector.broadcast(SPECIES, 4f);
    FloatVector two = FloatVector.broadcast(SPECIES, 2f);
    FloatVector eight = FloatVector.broadcast(SPECIES, 8f);
    FloatVector eighth = FloatVector.broadcast(SPECIES, 0.125f);
    FloatVector b = FloatVector.fromArray(SPECIES, bias, biasAt);
    for (int n = 0; n < lines; n++) {
      int in = f + n * fromLine;
      int out = t + n * toLine;
      FloatVector v0 = FloatVector.fromArray(SPECIES, from, in);
      FloatVector v1 = FloatVector.fromArray(SPECIES, from, in + s);
      FloatVector v2 = FloatVector.fromArray(SPECIES, from, in + 2 * s);
      FloatVector v3 = FloatVector.fromArray(SPECIES, from, in + 3 * s);
      FloatVector v4 = FloatVector.fromArray(SPECIES, from, in + 4 * s);
      FloatVector v5 = FloatVector.fromArray(SPECIES, from, in + 5 * s);
      FloatVector v6 = FloatVector.fromArray(SPECIES, from, in + 6 * s);
      FloatVector v7 = FloatVector.fromArray(SPECIES, from, in + 7 * s);
      FloatVector s1 = v1.add(v2);
      FloatVector m1 = v1.sub(v2);
      FloatVector s2 = v3.add(v4);
      FloatVector m2 = v3.sub(v4);
      FloatVector s3 = v5.add(v6);
      FloatVector m3 = v5.sub(v6);
      v0.add(s1).add(s2.add(s3)).add(b).max(least).intoArray(to, out);
      m3.fma(half, m2.fma(two, m1)).add(b).max(least).intoArray(to, out + d);
      s3.fma(quarter, s2.fma(four, s1)).add(b).max(least).intoArray(to, out + 2 * d);
      m3.fma(eighth, m2.fma(eight, m1.add(v7))).add(b).max(least).intoArray(to, out + 3 * d);
    }
  }

  @Override
  public void outputAdjoint(
      float[] to, int t, int d, int toLine, float[] from, int f, int s, int fromLine, int lines) {
    FloatVector quarter = FloatVector.broadcast(SPECIES, 0.25f);
    FloatVector half = FloatVector.broadcast(SPECIES, 0.5f);
    FloatVector four = FloatVector.broadcast(SPECIES, 4f);
    FloatVector eight = FloatVector.broadcast(SPECIES, 8f);
    FloatVector eighth = FloatVector.broadcast(SPECIES, 0.125f);
    for (int n = 0; n < lines; n++) {
      int in = f + n * fromLine;
      int out = t + n * toLine;
      FloatVector y0 = FloatVector.fromArray(SPECIES, from, in);
      FloatVector y1 = FloatVector.fromArray(SPECIES, from, in + s);
      FloatVector y2 = FloatVector.fromArray(SPECIES, from, in + 2 * s);
      FloatVector y3 = FloatVector.fromArray(SPECIES, from, in + 3 * s);
      FloatVector e1 = y0.add(y2);
      FloatVector o1 = y1.add(y3);
      FloatVector e2 = y2.fma(four, y0);
      FloatVector o2 = y3.fma(eight, y1.add(y1));
      FloatVector e3 = y2.fma(quarter, y0);
      FloatVector o3 = y3.fma(eighth, y1.mul(half));
      y0.intoArray(to, out);
      e1.add(o1).intoArray(to, out + d);
      e1.sub(o1).intoArray(to, out + 2 * d);
      e2.add(o2).intoArray(to, out + 3 * d);
      e2.sub(o2).intoArray(to, out + 4 * d);
      e3.add(o3).intoArray(to, out + 5 * d);
      e3.sub(o3).intoArray(to, out + 6 * d);
      y3.intoArray(to, out + 7 * d);
    }
  }

  @Override
  public void outputAdjointRun(float[] to, int t, int d, float[] from, int f, int s, int length) {
    FloatVector quarter = FloatVector.broadcast(SPECIES, 0.25f);
    FloatVector half = FloatVector.broadcast(SPECIES, 0.5f);
    FloatVector four = FloatVector.broadcast(SPECIES, 4f);
    FloatVector eight = FloatVector.broadcast(SPECIES, 8f);
    FloatVector eighth = FloatVector.broadcast(SPECIES, 0.125f);
    for (int q = 0; q < length; q += Lanes.COUNT) {
      int in = f + q;
      int out = t + q;
      FloatVector y0 = FloatVector.fromArray(SPECIES, from, in);
      FloatVector y1 = FloatVector.fromArray(SPECIES, from, in + s);
      FloatVector y2 = FloatVector.fromArray(SPECIES, from, in + 2 * s);
      FloatVector y3 = FloatVector.fromArray(SPECIES, from, in + 3 * s);
      FloatVector e1 = y0.add(y2);
      FloatVector o1 = y1.add(y3);
      FloatVector e2 = y2.fma(four, y0);
      FloatVector o2 = y3.fma(eight, y1.add(y1));
      FloatVector e3 = y2.fma(quarter, y0);
      FloatVector o3 = y3.fma(eighth, y1.mul(half));
      y0.intoArray(to, out);
      e1.add(o1).intoArray(to, out + d);
      e1.sub(o1).intoArray(to, out + 2 * d);
      e2.add(o2).intoArray(to, out + 3 * d);
      e2.sub(o2).intoArray(to, out + 4 * d);
      e3.add(o3).intoArray(to, out + 5 * d);
      e3.sub(o3).intoArray(to, out + 6 * d);
      y3.intoArray(to, out + 7 * d);
    }
  }

  @Override
  public float[] filter() {
    float a = 2f / 9;
    float b = 1f / 90;
    float c = 32f / 45;
    return new float[] {
      1, 0, 0, 0, 0, //
      -a, -a, -a, -a, -a, //
      -a, a, -a, a, -a, //
      b, 2 * b, 4 * b, 8 * b, 16 * b, //
      b, -2 * b, 4 * b, -8 * b, 16 * b, //
      c, c / 2, c / 4, c / 8, c / 16, //
      c, -c / 2, c / 4, -c / 8, c / 16, //
      0, 0, 0, 0, 1
    };
  }
}
