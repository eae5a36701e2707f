package io.fovea.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.fovea.dataset.Dataset;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.network.Weights;
import io.fovea.network.Zoo;
import io.fovea.optim.Adam;
import io.fovea.optim.Clipping;
import io.fovea.optim.Optimizer;
import io.fovea.optim.Schedule;
import io.fovea.optim.Sgd;
import io.fovea.train.Trainer;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("widths")
class BiographyTest {
  private static final Dataset DATA = ReplayTest.GREY.first(60);

  /** The exercise's layers, smaller: two convolutions of 5x5, two dense layers. */
  private static ReplayTest.Case run(UnaryOperator<Trainer> settings) {
    return new ReplayTest.Case(
        "small",
        DATA,
        () ->
            settings.apply(
                Trainer.of(
                        Network.input(1, 16, 16)
                            .conv2d(8, 5)
                            .relu()
                            .conv2d(12, 5)
                            .maxPool2d(4)
                            .flatten()
                            .dense(20)
                            .relu()
                            .dense(10)
                            .build(Initializer.he(), 4))
                    .epochs(3)
                    .batchSize(8)
                    .seed(9)));
  }

  private static UnaryOperator<Trainer> by(Optimizer optimizer) {
    return trainer -> trainer.optimizer(optimizer);
  }

  static Stream<Arguments> linear() {
    Sgd plain = Sgd.of(0.01f);
    UnaryOperator<Trainer> l2 = t -> by(plain.momentum(0.9f)).apply(t).l2(0.01f);
    return Stream.of(
        Arguments.of("SGD", by(plain)),
        Arguments.of("momentum", by(plain.momentum(0.9f))),
        Arguments.of("Nesterov", by(plain.momentum(0.9f).withNesterov())),
        Arguments.of("L2", l2),
        Arguments.of("weight decay", by(plain.momentum(0.9f).weightDecay(0.01f))),
        Arguments.of(
            "a schedule, clipping and accumulation",
            (UnaryOperator<Trainer>)
                t ->
                    by(plain.momentum(0.9f))
                        .apply(t)
                        .schedule(Schedule.cosine())
                        .clipping(Clipping.norm(0.5))
                        .accumulate(2)),
        Arguments.of(
            "clipped values",
            (UnaryOperator<Trainer>)
                t -> by(plain.momentum(0.9f)).apply(t).clipping(Clipping.value(0.002f))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("linear")
  void shares_addUpToTheChange(String name, UnaryOperator<Trainer> settings) {
    Replay replay = run(settings).replay(2);
    for (Biography one :
        List.of(
            replay.biography("conv1.weight", Long.MAX_VALUE, 3, 0, 1, 2),
            replay.biography("conv2.weight", 11, 7, 5, 0, 4),
            replay.biography("conv1.bias", Long.MAX_VALUE, 3),
            replay.biography("dense1.weight", Long.MAX_VALUE, 12, 40),
            replay.biography("dense2.bias", 10, 4))) {
      double images = one.shares().stream().mapToDouble(Biography.Share::amount).sum();
      double sum = images + one.decay() + one.velocity() + one.rounding();
      double size =
          one.shares().stream().mapToDouble(share -> Math.abs(share.amount())).sum()
              + Math.abs(one.before())
              + Math.abs(one.after());
      assertThat(sum).as(one.weight()).isCloseTo(one.after() - one.before(), within(1e-9 * size));
      assertThat(one.rounding()).as("%s: float32", one.weight()).isCloseTo(0, within(1e-5 * size));
      assertThat(one.shares()).as("every image").hasSize(60);
      assertThat(one.isExact()).isTrue();
      assertThat(one.before()).isEqualTo(element(replay.after(0).weights(), one));
    }
  }

  private static String parameter(Biography one) {
    return one.weight().substring(0, one.weight().indexOf('['));
  }

  private static float element(Weights weights, Biography one) {
    int[] shape = weights.shape(parameter(one)).sizes();
    int[] index =
        Stream.of(one.weight().replaceAll(".*\\[|]", "").split(","))
            .mapToInt(Integer::parseInt)
            .toArray();
    int at = 0;
    for (int axis = 0; axis < index.length; axis++) {
      at = at * shape[axis] + index[axis];
    }
    return weights.shared(parameter(one))[at];
  }

  /** Without the image of the largest share, the next weight changes by what is stated. */
  @Test
  void share_isWhatTheImageDid() {
    int last = 8;
    ReplayTest.Case whole = run(t -> t.optimizer(Sgd.of(0.05f)).shuffle(false).epochs(1));
    Replay replay = whole.replay(2);
    Biography before = replay.biography("conv1.weight", last - 1, 2, 0, 3, 3);
    Biography after = replay.biography("conv1.weight", last, 2, 0, 3, 3);
    // The last batch has the images 56 to 59, which the steps before have not seen.
    Biography.Share largest =
        after.shares().stream()
            .filter(share -> share.index() >= 56)
            .max((a, b) -> Double.compare(Math.abs(a.amount()), Math.abs(b.amount())))
            .orElseThrow();
    int[] others = IntStream.range(0, 60).filter(i -> i != largest.index()).toArray();
    ReplayTest.Case less =
        new ReplayTest.Case("less", DATA.select(others, "less"), whole.trainer());
    double own =
        less.replay(2).biography("conv1.weight", last, 2, 0, 3, 3).after() - before.after();
    double all = after.after() - before.after();
    // The mean of 3 images instead of 4: the others count 4/3 times as much.
    assertThat(own * 3 / 4).isCloseTo(all - largest.amount(), within(2e-4 * Math.abs(all) + 1e-8));
  }

  @Test
  void adam_hasGradientsOnly() {
    Biography one = run(by(Adam.of(0.001f))).replay(2).biography("conv1.weight", 8, 0, 0, 0, 0);
    assertThat(one.isExact()).isFalse();
    assertThat(one.decay() + one.velocity() + one.rounding()).isZero();
    assertThat(one.shares()).hasSize(60);
  }

  @Test
  void weights_withoutImageShares_areRefused() {
    Replay replay = ReplayTest.zoo(Zoo.RESNET8, ReplayTest.COLOUR, t -> t).replay(1);
    String norm =
        replay.after(0).weights().names().stream()
            .filter(name -> name.contains("bn"))
            .findFirst()
            .orElseThrow();
    assertThatThrownBy(() -> replay.biography(norm, 3, 0))
        .hasMessage(
            "biography: expects a weight of a convolution or dense layer, got %s of a BatchNorm2d; its gradient is no sum over images",
            norm);
    assertThatThrownBy(() -> replay.biography("nothing", 3, 0))
        .hasMessageStartingWith(
            "biography: the network has no parameter \"nothing\"; it has conv1");
    assertThatThrownBy(() -> replay.biography("conv1.weight", 3, 99, 0, 0, 0))
        .hasMessageMatching(
            "biography: conv1.weight has 4 axes of \\[.*] elements, got the element \\[99, 0, 0, 0]; give one weight by an index for each axis, from 0");
    assertThatThrownBy(
            () ->
                ReplayTest.zoo(Zoo.POOLED, DATA, t -> t.freeze("conv1*"))
                    .replay(1)
                    .biography("conv1.weight", 3, 0, 0, 0, 0))
        .hasMessage(
            "biography: expects a weight that is trained, got conv1.weight, which the run froze");
  }
}
