package io.fovea.transfer.head;

import io.fovea.loss.SoftmaxCrossEntropy;
import io.fovea.metrics.Evaluation;
import io.fovea.network.Network;
import io.fovea.network.Weights;
import io.fovea.train.CachedFeatures;
import io.fovea.train.EpochReport;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A dense layer over features: z[k] = b[k] + sum over f of w[k,f] * x[f]. Immutable. */
public final class LinearHead {
  private final float[] weight;
  private final float[] bias;

  /**
   * A layer over the given memory.
   *
   * @param weight (K, F), row-major
   * @param bias (K)
   */
  LinearHead(float[] weight, float[] bias) {
    this.weight = weight;
    this.bias = bias;
  }

  /** The layer whose outputs are the means of those of several layers over the same features. */
  public static LinearHead mean(List<LinearHead> heads) {
    float[] weight = new float[heads.getFirst().weight.length];
    float[] bias = new float[heads.getFirst().bias.length];
    for (LinearHead head : heads) {
      addShare(weight, head.weight, heads.size());
      addShare(bias, head.bias, heads.size());
    }
    return new LinearHead(weight, bias);
  }

  private static void addShare(float[] to, float[] what, int count) {
    for (int i = 0; i < to.length; i++) {
      to[i] += what[i] / count;
    }
  }

  /** F, the number of features. */
  public int width() {
    return weight.length / bias.length;
  }

  /** w (K, F), row-major, as a copy. */
  float[] weight() {
    return weight.clone();
  }

  /** b (K), as a copy. */
  float[] bias() {
    return bias.clone();
  }

  /** Loss and accuracy on view 0 of some images. */
  public EpochReport.Score score(CachedFeatures data, List<Double> classWeights) {
    double[] logP = new double[bias.length];
    double loss = 0;
    double mass = 0;
    int correct = 0;
    for (int i = 0; i < data.size(); i++) {
      double[] z = logits(data, i);
      SoftmaxCrossEntropy.logProbabilities(logP, z);
      double a = classWeights.isEmpty() ? 1 : classWeights.get(data.label(i));
      loss -= a * logP[data.label(i)];
      mass += a;
      correct += Evaluation.largest(z) == data.label(i) ? 1 : 0;
    }
    return new EpochReport.Score(mass == 0 ? 0 : loss / mass, (double) correct / data.size());
  }

  /** The outputs for view 0 of an image. */
  public double[] logits(CachedFeatures data, int image) {
    return logits(data.row(image));
  }

  public double[] logits(float[] x) {
    double[] z = new double[bias.length];
    for (int k = 0; k < z.length; k++) {
      double sum = bias[k];
      for (int f = 0; f < x.length; f++) {
        sum += (double) weight[k * x.length + f] * x[f];
      }
      z[k] = sum;
    }
    return z;
  }

  /**
   * Makes this the last layer of a network.
   *
   * @param node the dense layer that reads the features
   */
  public void publish(Network network, String node) {
    Weights old = network.weights();
    Map<String, float[]> values = new HashMap<>();
    for (String name : old.names()) {
      values.put(name, old.values(name));
    }
    values.put(node + ".weight", weight);
    values.put(node + ".bias", bias);
    network.publish(Weights.of(network.graph(), values));
  }
}
