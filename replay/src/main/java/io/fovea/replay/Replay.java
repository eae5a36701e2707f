package io.fovea.replay;

import io.fovea.dataset.Dataset;
import io.fovea.format.SavedRun;
import io.fovea.network.AnswerRule;
import io.fovea.network.Network;
import io.fovea.train.Checkpoint;
import io.fovea.train.DivergedException;
import io.fovea.train.EpochReport;
import io.fovea.train.Listener;
import io.fovea.train.StepReport;
import io.fovea.train.Trainer;
import io.fovea.train.Training;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Goes back to any step of a finished run. A replay trains again from the nearest checkpoint at or
 * before the step, or from the start. Since a run gives the same bits on any number of threads,
 * what it finds is what happened.
 */
public final class Replay {
  private static final long MOST_BYTES = 1L << 30;

  private final Supplier<Trainer> run;
  private final Dataset data;
  private final CheckpointFolder kept = new CheckpointFolder();
  private @Nullable Checkpoint beginning;
  private @Nullable Checkpoint like;
  private @Nullable SavedRun last; // the latest state, with the rule that its network had
  private Listener watcher = new Listener() {};

  private Replay(Supplier<Trainer> run, Dataset data) {
    this.run = run;
    this.data = data;
  }

  /**
   * A replay of a run.
   *
   * @param run gives a new trainer with the settings of the run, of a network with the weights that
   *     the run began with. It should have no listeners, and no test images: they are evaluated
   *     after each epoch that is trained again
   * @param train the images that the run was trained on
   */
  public static Replay of(Supplier<Trainer> run, Dataset train) {
    return new Replay(run, train);
  }

  /** The state that the run began with, if it was not the trainer's network. */
  public Replay from(Checkpoint value) {
    beginning = value;
    return this;
  }

  /**
   * Keeps checkpoints in a folder, about as many as the square root of the steps and at most 1 GB,
   * so that later questions are quick. The folder must belong to this run.
   */
  public Replay keep(Path folder) throws IOException {
    kept.keepIn(folder, MOST_BYTES);
    return this;
  }

  /** Begins at checkpoints of a folder, too: step-700.safetensors and the like. */
  public Replay use(Path folder) throws IOException {
    kept.add(folder);
    return this;
  }

  /** Passes over checkpoints of other settings, images or kernels than those of this one. */
  public Replay like(Checkpoint value) {
    like = value;
    return this;
  }

  private boolean isOfThisRun(Checkpoint one) {
    return like == null
        || (one.settings().equals(like.settings())
            && one.seed() == like.seed()
            && one.data().equals(like.data())
            && one.kernels().equals(like.kernels())
            && one.optimizer().equals(like.optimizer()));
  }

  /** Calls a listener in all trainings, such as one that shows how far they have come. */
  public Replay watcher(Listener value) {
    watcher = value;
    return this;
  }

  /**
   * The network of a state of the run: with the averaged weights, if the run averages. Of several
   * labels, it has the thresholds of that state if it is the latest one asked for, else 0.5.
   */
  public Network network(Checkpoint state) {
    Network now = run.get().network();
    Network then =
        Network.of(
            now.graph(),
            state.average().orElse(state.weights()),
            now.preprocessing(),
            data.classes());
    return data.isMultiLabel()
        ? then.withAnswers(
            Optional.ofNullable(last)
                .filter(run -> run.checkpoint().equals(state))
                .flatMap(run -> run.network().answers())
                .orElseGet(() -> AnswerRule.SeveralLabels.usual(data.classes().size())))
        : then;
  }

  /** The epochs before the beginning, of a fork's parent. */
  int parentEpochs() {
    return beginning == null ? 0 : beginning.position().epoch() - 1;
  }

  /** The number of the step that the run began behind. */
  public long start() {
    return beginning == null ? 0 : beginning.position().step();
  }

  /**
   * The state after a step, bit for bit that of the run, but for seconds.
   *
   * @param step from {@link #start}, the beginning
   * @throws IllegalArgumentException if the run has no such step, or a checkpoint or the images do
   *     not belong to it
   * @throws DivergedException if the run diverged before it
   */
  public Checkpoint after(long step) {
    Optional<Checkpoint> latest = latest(step);
    return latest.isPresent() && latest.get().position().step() == step
        ? latest.get()
        : exactly(step, train(latest, step, List.of()));
  }

  /**
   * Trains again and reports to a listener as the run did.
   *
   * @param from it begins at the latest checkpoint at or before this step
   * @param until the last step; the whole run with {@link Long#MAX_VALUE}
   * @return the state at the end, which is earlier if the listener stopped the training
   */
  public Checkpoint follow(long from, long until, Listener listener) {
    return train(latest(from), until, List.of(listener));
  }

  /** What happened in a step, from the one after {@link #start}. */
  public ReplayedStep step(long step) {
    Checkpoint before = after(Math.max(start(), step - 1));
    if (before.position().step() != step - 1) {
      throw noStep("starts", start(), step);
    }
    StepInspection inspection = new StepInspection(run.get().network().preprocessing());
    return inspection.step(
        before, exactly(step, train(Optional.of(before), step, List.of(inspection))));
  }

  /**
   * Where one weight's change came from, image by image.
   *
   * @param parameter its name, of a convolution or dense layer, such as conv1.weight
   * @param until the last step; the whole run with {@link Long#MAX_VALUE}
   * @param index the element, one number an axis, from 0
   * @throws IllegalArgumentException if there is no such weight, or its layer's gradient is no sum
   *     over images
   */
  public Biography biography(String parameter, long until, int... index) {
    BiographyProbe probe = new BiographyProbe(run.get().network().graph(), parameter, index);
    Checkpoint end = train(Optional.ofNullable(beginning), until, List.of(probe));
    exactly(until == Long.MAX_VALUE ? end.position().step() : until, end);
    return probe.biography();
  }

  /** The steps between kept states: of n steps, about √n states, each at most √n steps away. */
  private static long spacing(long steps) {
    return Math.max(1, (long) Math.ceil(Math.sqrt((double) steps)));
  }

  private Optional<Checkpoint> latest(long step) {
    Optional<SavedRun> saved = kept.latest(step, this::isOfThisRun);
    Optional<Checkpoint> latest = saved.map(SavedRun::checkpoint);
    Checkpoint present = last == null ? null : last.checkpoint();
    if (present != null
        && present.position().step() <= step
        && present.position().step() >= latest.map(one -> one.position().step()).orElse(0L)) {
      return Optional.of(present);
    }
    if (latest.filter(one -> one.position().step() > start()).isPresent()) {
      last = saved.get();
      return latest; // a kept state of the start is none: it need not be the run's
    }
    if (step < start()) {
      throw noStep("starts", start(), step);
    }
    return Optional.ofNullable(beginning);
  }

  private Checkpoint train(Optional<Checkpoint> from, long until, List<? extends Listener> more) {
    Keeper keeper = new Keeper();
    Trainer trainer = run.get().until(until).listener(watcher).listener(keeper);
    from.ifPresent(trainer::resume);
    more.forEach(trainer::listener);
    trainer.fit(data);
    SavedRun end = keeper.end.getLast();
    last = end;
    return end.checkpoint();
  }

  private static Checkpoint exactly(long step, Checkpoint end) {
    if (end.position().step() != step) {
      throw noStep("ends", end.position().step(), step);
    }
    return end;
  }

  private static IllegalArgumentException noStep(String what, long step, long asked) {
    return new IllegalArgumentException(
        "replay: expects a step of the run, which %s after step %d, got %d"
            .formatted(what, step, asked));
  }

  /** Keeps checkpoints at the square root's spacing, and the last state. */
  private final class Keeper implements Listener {
    private final List<SavedRun> end = new ArrayList<>();

    @Override
    public void onStep(Training training, StepReport step) {
      if (step.stepInEpoch() < step.stepsInEpoch()) { // else onEpoch, behind the evaluation
        keep(training, step.step());
      }
    }

    @Override
    public void onEpoch(Training training, EpochReport epoch) {
      keep(training, epoch.step());
    }

    private void keep(Training training, long step) {
      if (step % spacing(training.steps()) == 0 && kept.wants(step)) {
        kept.keep(training.checkpoint(), training.network());
      }
    }

    @Override
    public void onEnd(Training training) {
      end.add(new SavedRun(training.network(), training.checkpoint()));
    }
  }
}
