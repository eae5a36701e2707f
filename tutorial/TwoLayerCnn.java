import java.io.*;
import java.nio.ByteBuffer;
import java.nio.file.*;
import java.util.*;
import java.util.stream.*;

/**
 * A convolutional network that learns to read handwritten digits, in plain loops: slow on purpose.
 * Each loop stands below its formula, each array beside its shape; docs/book has a chapter a step.
 * Letters: x input, y output, w weight, b bias; dx: gradient of the loss with respect to x; n
 * image, o output channel, c input channel, i j output row and column, u v kernel row and column; N
 * images in a batch, C or O channels, H rows, W columns, K kernel side, P padding, S stride.
 */
@SuppressWarnings("DefaultPackage") // a file that runs by itself needs no package
public final class TwoLayerCnn {
  static final Shape IMAGE = new Shape(1, 28, 28);
  static final int CLASSES = 10;
  static final int BATCH = 16; // images a step
  static final double RATE = 0.01; // 0.05 diverges with this batch and this momentum
  static final double MOMENTUM = 0.9; // so a gradient acts ten times over: 1 + 0.9 + 0.81 + ...
  static final double L2 = 1e-4; // on weights, not on biases

  static void run(Path folder, Map<String, Double> options) throws IOException {
    List<Digit> training = readDigits(folder, "train");
    List<Digit> testing = readDigits(folder, "t10k");
    int count = training.size();
    System.out.printf("%,d training and %,d test images, a label each%n", count, testing.size());
    List<Digit> drawn = new Random().ints(3, 0, count).mapToObj(training::get).toList();
    draw(drawn, (n, k) -> drawn.get(n).pixels.get(k) & 255);
    double[][] x = images(drawn);
    System.out.printf("(%d, %d) -> (%1$d, 1, 28, 28)%n", count, IMAGE.size());
    draw(drawn, (n, k) -> (int) Math.round(255 * x[n][k]));
    Conv conv1 = new Conv(IMAGE, 16, 5, 2, 1); // 16 filters of 5 x 5, padding 2, stride 1
    Conv conv2 = new Conv(conv1.out(), 32, 5, 2, 1); // so its input channels are conv1's filters
    Parameters p = Parameters.zeros(conv1, conv2, 100, CLASSES);
    Random random = new Random(options.get("--seed").longValue());
    p.layers().forEach(layer -> randomize(layer, random, options.get("--std")));
    train(p, training, random, options.get("--seconds"), options.get("--momentum"));
    test(p, testing, random, options.get("--seconds") / 6); // forward alone is twice as fast
  }

  // ---- Step 1: read the files, and trust nothing in them ----
  /** A label 0 to 9, and 28 x 28 bytes from 0, paper, to 255, ink, where they lie in the file. */
  record Digit(ByteBuffer pixels, int label) {}

  static List<Digit> readDigits(Path folder, String name) throws IOException {
    ByteBuffer images = readIdx(folder, name + "-images-idx3-ubyte", IMAGE.height, IMAGE.width);
    ByteBuffer labels = readIdx(folder, name + "-labels-idx1-ubyte");
    int count = images.capacity() / IMAGE.size();
    check(name + ": labels", labels.capacity(), count, "one for each image");
    List<Digit> digits = new ArrayList<>();
    for (int n = 0; n < count; n++) {
      int label = labels.get(n) & 255; // a Java byte has a sign
      check(name + ": label of image " + n, label, Math.min(label, CLASSES - 1), "or less");
      digits.add(new Digit(images.slice(n * IMAGE.size(), IMAGE.size()), label));
    }
    return digits;
  }

  /** IDX: the ints 0x0800 + number of dimensions, and each dimension, then all items as bytes. */
  static ByteBuffer readIdx(Path folder, String file, int... itemShape) throws IOException {
    ByteBuffer idx = ByteBuffer.wrap(readBytes(folder, file)); // its ints are big-endian, as here
    check(file + ": bytes", idx.limit(), Math.max(idx.limit(), 8 + 4 * itemShape.length), "header");
    check(file + ": magic number", idx.getInt(), 0x0801 + itemShape.length, "IDX of bytes");
    long size = idx.getInt(); // a long, for a broken header may claim 2,147,483,647 items
    check(file + ": items", size, Math.max(size, 1), "or more");
    for (int expected : itemShape) {
      check(file + ": pixels in a row or column", idx.getInt(), expected, "MNIST");
      size *= expected;
    }
    check(file + ": bytes after the header", idx.remaining(), size, "as the header says");
    return idx.slice();
  }

  static byte[] readBytes(Path folder, String file) throws IOException {
    Path plain = folder.resolve(file);
    Path path = Files.exists(plain) ? plain : folder.resolve(file + ".gz");
    try (InputStream in = Files.newInputStream(path)) {
      return (path.equals(plain) ? in : new java.util.zip.GZIPInputStream(in)).readAllBytes();
    } catch (NoSuchFileException e) {
      throw new IOException("no %s in %s; run ./fovea data fetch mnist".formatted(file, folder), e);
    } catch (IOException e) {
      throw new IOException(file + ": cannot be read: " + e, e);
    }
  }

  static void check(String what, long got, long want, String why) throws IOException {
    if (got != want) {
      throw new IOException("read %s: got %d, expected %d (%s)".formatted(what, got, want, why));
    }
  }

  // ---- Step 2: look at the data before believing anything about it ----
  /** Digits side by side, from ink (n, k); two rows make a line, as a character is a tall one. */
  static void draw(List<Digit> digits, java.util.function.IntBinaryOperator ink) {
    for (int i = 0; i < IMAGE.height; i += 2) {
      for (int n = 0; n < digits.size(); n++) {
        System.out.print(i == 0 ? digits.get(n).label + " " : "  ");
        for (int j = 2; j < IMAGE.width - 2; j++) { // without the rim, so that three fit 80 columns
          int sum = ink.applyAsInt(n, IMAGE.at(0, i, j)) + ink.applyAsInt(n, IMAGE.at(0, i + 1, j));
          System.out.print(" .:+#@".charAt(sum * 6 / 511));
        }
      }
      System.out.println();
    }
  }

  // ---- Step 3: reshape, because a convolution asks for channels, and scale ----
  /** A row of numbers seen as C maps of H rows of W columns: (c, i, j) lies at (c*H + i)*W + j. */
  record Shape(int channels, int height, int width) {
    int at(int c, int i, int j) {
      return (c * height + i) * width + j;
    }

    boolean has(int i, int j) {
      return i >= 0 && i < height && j >= 0 && j < width;
    }

    int size() {
      return channels * height * width;
    }
  }

  /** x[n,c,i,j] = pixel / 255; undivided, all first sums would be 255 times larger. */
  static double[][] images(List<Digit> digits) {
    double[][] x = new double[digits.size()][IMAGE.size()]; // (N, 1, 28, 28): grey is one channel
    for (int n = 0; n < x.length; n++) {
      ByteBuffer pixels = digits.get(n).pixels;
      Arrays.setAll(x[n], k -> (pixels.get(k) & 255) / 255.0);
    }
    return x;
  }

  // ---- Step 4: the parameters and their shapes ----
  /** A convolution's facts. Every shape is computed from them, so that none contradicts another. */
  record Conv(Shape in, int filters, int kernel, int pad, int stride) {
    Shape out() { // (H + 2P - K) / S + 1
      int height = (in.height + 2 * pad - kernel) / stride + 1;
      return new Shape(filters, height, (in.width + 2 * pad - kernel) / stride + 1);
    }
  }

  /** Weights and biases of a layer; its gradients and its velocities have the same shapes. */
  static final class Layer {
    final double[][] w; // (out, in): a row for each filter or output
    final double[] b; // (out)

    Layer(int out, int in) {
      w = new double[out][in];
      b = new double[out];
    }
  }

  record Parameters(Conv c1, Conv c2, Layer conv1, Layer conv2, Layer dense1, Layer dense2) {
    static Parameters zeros(Conv c1, Conv c2, int hidden, int classes) {
      Layer conv1 = new Layer(c1.filters, c1.in.channels * c1.kernel * c1.kernel); // (16, 1, 5, 5)
      Layer conv2 = new Layer(c2.filters, c2.in.channels * c2.kernel * c2.kernel); // (32, 16, 5, 5)
      Layer dense1 = new Layer(hidden, c2.out().size()); // (100, 32 * 28 * 28) = (100, 25088)
      Layer dense2 = new Layer(classes, hidden); // (10, 100)
      return new Parameters(c1, c2, conv1, conv2, dense1, dense2);
    }

    List<Layer> layers() {
      return List.of(conv1, conv2, dense1, dense2);
    }
  }

  /** Normal, with He's deviation sqrt(2 / fanIn) or with the one given. Biases stay zero. */
  static void randomize(Layer layer, Random random, double deviation) {
    for (double[] row : layer.w) {
      double sigma = deviation > 0 ? deviation : Math.sqrt(2.0 / row.length);
      Arrays.setAll(row, k -> sigma * random.nextGaussian());
    }
  }

  // ---- Step 5: convolution forward ----
  /** y[o,i,j] = b[o] + sum over c,u,v of w[o,c,u,v] * x[c,i*S+u-P,j*S+v-P]; outside, x is 0. */
  static double[] convForward(Conv conv, double[] x, Layer layer) {
    Shape out = conv.out();
    double[] y = new double[out.size()]; // (O, H', W')
    for (int o = 0; o < out.channels; o++) {
      Arrays.fill(y, out.at(o, 0, 0), out.at(o + 1, 0, 0), layer.b[o]); // once, not per product
      for (int c = 0; c < conv.in.channels; c++) {
        for (int u = 0; u < conv.kernel; u++) {
          for (int v = 0; v < conv.kernel; v++) {
            double weight = layer.w[o][(c * conv.kernel + u) * conv.kernel + v];
            for (int i = 0; i < out.height; i++) {
              for (int j = 0; j < out.width; j++) {
                int row = i * conv.stride + u - conv.pad;
                int column = j * conv.stride + v - conv.pad;
                if (conv.in.has(row, column)) {
                  y[out.at(o, i, j)] += weight * x[conv.in.at(c, row, column)];
                }
              }
            }
          }
        }
      }
    }
    return y;
  }

  // ---- Step 6: fully connected forward ----
  /** y[o] = b[o] + sum over k of w[o,k] * x[k]. Maps need no flattening: they lie in a row. */
  static double[] denseForward(double[] x, Layer layer) {
    double[] y = new double[layer.b.length]; // (out)
    for (int o = 0; o < y.length; o++) {
      double sum = layer.b[o];
      for (int k = 0; k < x.length; k++) {
        sum += layer.w[o][k] * x[k];
      }
      y[o] = sum;
    }
    return y;
  }

  /** y = max(0, x). */
  static double[] relu(double[] x) {
    return Arrays.stream(x).map(value -> Math.max(0, value)).toArray();
  }

  // ---- Step 7: softmax, cross-entropy, L2 ----
  /** p[o] = exp(z[o]) / sum over k of exp(z[k]); less the largest z, or exp would overflow. */
  static double[] softmax(double[] z) {
    double largest = Arrays.stream(z).max().orElseThrow();
    double[] e = Arrays.stream(z).map(value -> Math.exp(value - largest)).toArray();
    return Arrays.stream(e).map(value -> value / Arrays.stream(e).sum()).toArray();
  }

  /** l2 / 2 * sum of w^2, without the biases; its gradient, l2 * w, is added to dw. */
  static double penalty(Layer layer, double l2, Layer d) {
    double sum = 0;
    for (int o = 0; o < layer.w.length; o++) {
      for (int k = 0; k < layer.w[o].length; k++) {
        sum += layer.w[o][k] * layer.w[o][k];
        d.w[o][k] += l2 * layer.w[o][k];
      }
    }
    return l2 / 2 * sum;
  }

  // ---- Step 8: fully connected backward ----
  /** dz[o] = (p[o] - (1 if o = t)) / N: the 1 is subtracted, not assigned. */
  static double[] lossBackward(double[] p, int t, int count) {
    double[] dz = p.clone(); // (10)
    dz[t] -= 1;
    return Arrays.stream(dz).map(value -> value / count).toArray();
  }

  /** dw[o,k] += dy[o] * x[k]; db[o] += dy[o]; returns dx[k] = sum over o of dy[o] * w[o,k]. */
  static double[] denseBackward(double[] dy, double[] x, Layer layer, Layer d) {
    double[] dx = new double[x.length]; // (in)
    for (int o = 0; o < dy.length; o++) {
      d.b[o] += dy[o];
      for (int k = 0; k < x.length; k++) {
        d.w[o][k] += dy[o] * x[k];
        dx[k] += dy[o] * layer.w[o][k];
      }
    }
    return dx;
  }

  /** dx = dy where y > 0, which is where x > 0; else 0. */
  static double[] reluBackward(double[] dy, double[] y) {
    return IntStream.range(0, y.length).mapToDouble(k -> y[k] > 0 ? dy[k] : 0).toArray();
  }

  // ---- Step 9: convolution backward ----
  /** The same loops: where forward did y += w * x, now dw += dy * x and dx += dy * w, returned. */
  static double[] convBackward(Conv conv, double[] dy, double[] x, Layer layer, Layer d) {
    Shape out = conv.out();
    double[] dx = new double[x.length]; // (C, H, W)
    for (int o = 0; o < out.channels; o++) {
      d.b[o] += Arrays.stream(dy, out.at(o, 0, 0), out.at(o + 1, 0, 0)).sum();
      for (int c = 0; c < conv.in.channels; c++) {
        for (int u = 0; u < conv.kernel; u++) {
          for (int v = 0; v < conv.kernel; v++) {
            int k = (c * conv.kernel + u) * conv.kernel + v;
            double weight = layer.w[o][k];
            double sum = 0;
            for (int i = 0; i < out.height; i++) {
              for (int j = 0; j < out.width; j++) {
                int row = i * conv.stride + u - conv.pad;
                int column = j * conv.stride + v - conv.pad;
                if (conv.in.has(row, column)) {
                  sum += dy[out.at(o, i, j)] * x[conv.in.at(c, row, column)];
                  dx[conv.in.at(c, row, column)] += dy[out.at(o, i, j)] * weight;
                }
              }
            }
            d.w[o][k] += sum;
          }
        }
      }
    }
    return dx;
  }

  // ---- Step 10: mini-batch gradient descent ----
  /** The mean over the batch, and l2; adds to d, image by image, the gradients of that loss. */
  static double lossAndGradients(Parameters p, double[][] x, int[] t, double l2, Parameters d) {
    double loss = 0;
    for (int n = 0; n < x.length; n++) { // x: (N, 1, 28, 28), t: (N)
      double[] x2 = relu(convForward(p.c1, x[n], p.conv1)); // (16, 28, 28)
      double[] x3 = convForward(p.c2, x2, p.conv2); // (32, 28, 28) = (25088); no ReLU here
      double[] x4 = relu(denseForward(x3, p.dense1)); // (100)
      double[] probability = softmax(denseForward(x4, p.dense2)); // (10)
      loss -= Math.log(probability[t[n]]) / x.length; // log 10 = 2.30 for a guess among ten
      double[] dz = lossBackward(probability, t[n], x.length);
      double[] dx4 = denseBackward(dz, x4, p.dense2, d.dense2);
      double[] dx3 = denseBackward(reluBackward(dx4, x4), x3, p.dense1, d.dense1);
      double[] dx2 = convBackward(p.c2, dx3, x2, p.conv2, d.conv2);
      convBackward(p.c1, reluBackward(dx2, x2), x[n], p.conv1, d.conv1);
    }
    for (int a = 0; a < 4; a++) {
      loss += penalty(p.layers().get(a), l2, d.layers().get(a));
    }
    return loss;
  }

  /** v = momentum * v + dw; w -= rate * v; the same for the biases. */
  static void update(Layer layer, Layer v, Layer d, double rate, double momentum) {
    for (int o = 0; o < layer.b.length; o++) {
      v.b[o] = momentum * v.b[o] + d.b[o];
      layer.b[o] -= rate * v.b[o];
      for (int k = 0; k < layer.w[o].length; k++) {
        v.w[o][k] = momentum * v.w[o][k] + d.w[o][k];
        layer.w[o][k] -= rate * v.w[o][k];
      }
    }
  }

  static void train(Parameters p, List<Digit> digits, Random random, double time, double momentum) {
    long end = System.nanoTime() + (long) (1e9 * time);
    Parameters v = Parameters.zeros(p.c1, p.c2, p.dense1.b.length, p.dense2.b.length);
    double mean = 0; // of the loss, over ten steps
    int seen = 0;
    while (System.nanoTime() < end) { // once round is an epoch: each image once, in a new order
      Collections.shuffle(digits, random);
      for (int k = BATCH; k <= digits.size() && System.nanoTime() < end; k += BATCH) {
        List<Digit> batch = digits.subList(k - BATCH, k);
        int[] t = batch.stream().mapToInt(Digit::label).toArray(); // (N)
        Parameters d = Parameters.zeros(p.c1, p.c2, p.dense1.b.length, p.dense2.b.length);
        mean += lossAndGradients(p, images(batch), t, L2, d) / 10;
        for (int a = 0; a < 4; a++) {
          update(p.layers().get(a), v.layers().get(a), d.layers().get(a), RATE, momentum);
        }
        seen += BATCH;
        if (seen % (10 * BATCH) == 0) {
          double rate = seen / (time + 1e-9 * (System.nanoTime() - end));
          String bar = "#".repeat((int) Math.min(40, 16 * mean));
          System.out.printf(Locale.ROOT, "%6d images %.0f/s loss %.3f %s%n", seen, rate, mean, bar);
          mean = 0;
        }
      }
    }
  }

  // ---- Step 11: test accuracy ----
  static double[] logits(Parameters p, double[] x) {
    double[] x2 = relu(convForward(p.c1, x, p.conv1));
    return denseForward(relu(denseForward(convForward(p.c2, x2, p.conv2), p.dense1)), p.dense2);
  }

  /** Share of right answers among as many test images, in random order, as the time allows. */
  static void test(Parameters p, List<Digit> digits, Random random, double seconds) {
    long end = System.nanoTime() + (long) (1e9 * seconds);
    Collections.shuffle(digits, random);
    int right = 0;
    int n = 0;
    for (; n == 0 || (n < digits.size() && System.nanoTime() < end); n++) {
      double[] z = logits(p, images(digits.subList(n, n + 1))[0]); // (10)
      int best = IntStream.range(0, z.length).reduce(0, (a, o) -> z[o] > z[a] ? o : a);
      right += best == digits.get(n).label ? 1 : 0;
    }
    System.out.printf(Locale.ROOT, "test accuracy %.1f %% of %d images%n", 100.0 * right / n, n);
  }

  public static void main(String[] args) {
    String cache = System.getProperty("user.home") + "/.cache/fovea";
    Path mnist = Path.of(System.getenv().getOrDefault("FOVEA_HOME", cache), "mnist");
    var options = new TreeMap<>(Map.of("--seconds", 60.0, "--seed", 1.0, "--std", 0.0));
    options.put("--momentum", MOMENTUM);
    int from = args.length > 0 && !args[0].startsWith("--") ? 1 : 0; // options, behind the folder
    try {
      for (int k = from; k < args.length; k += 2) {
        if (k + 2 > args.length || options.replace(args[k], Double.valueOf(args[k + 1])) == null) {
          throw new NumberFormatException(args[k]);
        }
      }
      run(from == 1 ? Path.of(args[0]) : mnist, options);
    } catch (NumberFormatException e) {
      System.err.println("usage: TwoLayerCnn.java [FOLDER] [--seconds|--seed|--std|--momentum N]");
      System.exit(2);
    } catch (IOException e) {
      System.err.println("TwoLayerCnn: " + e.getMessage());
      System.exit(1);
    }
  }
}
