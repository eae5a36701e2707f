package io.fovea.spring;

import io.fovea.inference.CallListener;
import io.fovea.inference.Classifier;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.springframework.beans.factory.ObjectProvider;

/** Meters of a classifier. The table of their names is in docs/spring-boot.md. */
final class InferenceMeters implements CallListener, MeterBinder {
  private record Meters(Timer calls, DistributionSummary images) {}

  private final ObjectProvider<Classifier> classifier;
  private final List<Meters> registered = new CopyOnWriteArrayList<>();

  InferenceMeters(ObjectProvider<Classifier> classifier) {
    this.classifier = classifier;
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    registered.add(
        new Meters(
            Timer.builder("fovea.inference")
                .description("Completed calls, with their time in the queue; a batch is one call.")
                .register(registry),
            DistributionSummary.builder("fovea.batch.size")
                .description("Images of a call; the total is the number of predictions.")
                .baseUnit("images")
                .register(registry)));
    Gauge.builder("fovea.queue.size", this, InferenceMeters::waiting)
        .description("Queued calls.")
        .baseUnit("calls")
        .register(registry);
  }

  private double waiting() {
    Classifier only = classifier.getIfUnique();
    return only == null ? 0 : only.waiting();
  }

  @Override
  public void computed(int images, long nanoseconds) {
    for (Meters each : registered) {
      each.calls().record(nanoseconds, TimeUnit.NANOSECONDS);
      each.images().record(images);
    }
  }
}
