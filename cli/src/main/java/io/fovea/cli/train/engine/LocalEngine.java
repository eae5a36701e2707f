package io.fovea.cli.train.engine;

import io.fovea.network.Network;
import io.fovea.train.Checkpoint;
import io.fovea.train.History;
import io.fovea.train.Listener;
import io.fovea.train.Trainer;
import java.util.List;
import java.util.Optional;

/** Trains in this process, with a number of threads. */
public record LocalEngine(int threads) implements TrainingBackend {
  @Override
  public History fit(
      TrainJob job,
      Optional<Checkpoint> resume,
      List<Listener> listeners,
      Records records,
      Interruption interruption) {
    interruption.listen();
    Trainer trainer = trainer(job, job.network(), threads).test(job.split().test());
    listeners.forEach(trainer::listener);
    resume.ifPresent(trainer::resume);
    job.state().ifPresent(trainer::fork);
    return trainer.fit(job.parts().train());
  }

  static Trainer trainer(TrainJob job, Network network, int threads) {
    Trainer trainer = Trainer.of(network).threads(threads);
    job.settings().apply(trainer, job.classWeights());
    job.settings().transfer().apply(trainer, network);
    job.parts().validation().ifPresent(trainer::validation);
    trainer.leaveOut(ChangedImages.leftOut(job.parts().train(), job.settings()));
    return trainer;
  }
}
