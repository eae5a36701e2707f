package io.fovea.cli.train.engine;

import io.fovea.train.Checkpoint;
import io.fovea.train.History;
import io.fovea.train.Listener;
import io.fovea.train.Trainer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Trains in this process, with a number of threads. */
public record LocalEngine(int threads) implements TrainingBackend {
  @Override
  public String name() {
    return threads + " threads";
  }

  @Override
  public String resume(Path run) {
    return "fovea train --resume " + run;
  }

  @Override
  public History fit(
      TrainJob job,
      Optional<Checkpoint> resume,
      List<Listener> listeners,
      Records records,
      Interruption interruption) {
    interruption.listen();
    Trainer trainer = Trainer.of(job.network()).threads(threads).test(job.split().test());
    job.settings().apply(trainer, job.classWeights());
    job.settings().transfer().apply(trainer, job.network());
    job.parts().validation().ifPresent(trainer::validation);
    listeners.forEach(trainer::listener);
    resume.ifPresent(trainer::resume);
    return trainer.fit(job.parts().train());
  }
}
