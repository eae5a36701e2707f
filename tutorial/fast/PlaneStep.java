/**
 * What steps 4 to 8 share: one array for all images and one for all weights, in planes of 32 x 32.
 */
@SuppressWarnings("DefaultPackage") // a file that runs by itself needs no package
abstract class PlaneStep extends ConvStep {
  final int[] offset = offsets(CHANNELS); // (400)
  float[] x; // (N, 16, 32, 32)
  float[] w; // (32, 400)
  float[] b; // (32)
  float[] y; // (N, 32, 32, 32)
  int images;

  @Override
  void prepare(Problem problem) {
    images = problem.x.length;
    x = inPlanes(problem.x, CHANNELS);
    w = flat(problem.w);
    b = flat(problem.b);
    y = new float[images * FILTERS * PLANE + SLACK];
  }

  @Override
  double[] output(int n) {
    return outOfPlanes(y, n, FILTERS);
  }
}
