package io.fovea.spring;

import io.fovea.inference.Classifier;
import io.fovea.kernel.KernelCheck;
import io.fovea.tensor.Tensor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

/**
 * UP; DEGRADED with problem and cure if the model runs more slowly than this machine allows ({@link
 * KernelCheck}); DOWN if it cannot be loaded, or its outputs are not finite.
 *
 * <p>The model is run once, with one image: its weights never change, and later checks should not
 * queue behind calls.
 */
final class FoveaHealthIndicator extends AbstractHealthIndicator {
  static final Status DEGRADED = new Status("DEGRADED", "slower than this machine allows");

  private static final String PROBLEM = "problem";

  private static final String CURE = "cure";

  private final ObjectProvider<Classifier> classifiers;
  private @Nullable Boolean
      finite; // guarded by this object; whether the model's outputs are finite

  FoveaHealthIndicator(ObjectProvider<Classifier> classifiers) {
    super("fovea: the health check failed");
    this.classifiers = classifiers;
  }

  @Override
  protected void doHealthCheck(Health.Builder health) {
    Classifier classifier = classifiers.getObject();
    KernelCheck kernels = KernelCheck.now();
    health
        .withDetail("kernels", kernels.kernels().title())
        .withDetail("lanes", kernels.lanes())
        .withDetail("threads", classifier.threads())
        .withDetail("input", classifier.input().toString())
        .withDetail("classes", classifier.labels().size());
    if (!isFinite(classifier)) {
      health
          .down()
          .withDetail(PROBLEM, "the model's outputs are not finite")
          .withDetail(CURE, "its weights are damaged: train or export it again");
    } else if (kernels.problem().isEmpty()) {
      health.up();
    } else {
      health
          .status(DEGRADED)
          .withDetail(PROBLEM, kernels.problem())
          .withDetail(CURE, kernels.cure());
    }
  }

  private synchronized boolean isFinite(Classifier classifier) {
    if (finite != null) {
      return finite;
    }
    Tensor x = Tensor.zeros(classifier.input(), 1);
    Arrays.fill(x.array(), 0.5f);
    boolean numbers = true;
    for (float output : classifier.outputs(x).array()) {
      numbers &= Float.isFinite(output);
    }
    finite = numbers;
    return numbers;
  }
}
