package io.fovea.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.fovea.Evidence;
import io.fovea.optim.Adam;
import io.fovea.optim.Optimizer;
import io.fovea.optim.RmsProp;
import io.fovea.optim.Sgd;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class OptimizerTest {
  @Test
  void slots_everyOptimizer_namesWhatIsRemembered() {
    assertThat(Sgd.of(1).slots()).isEmpty();
    assertThat(Sgd.of(1).momentum(0.5f).slots()).containsExactly("velocity");
    assertThat(Adam.of(1).slots()).containsExactly("mean", "square");
    assertThat(RmsProp.of(1).slots()).containsExactly("square");
  }

  @Test
  void weightDecay_setLater_keepsTheOtherSettings() {
    assertThat(Sgd.of(1).momentum(0.5f).withNesterov().weightDecay(0.25f))
        .isEqualTo(new Sgd(1, 0.5f, true, 0.25f));
    assertThat(Adam.of(1).weightDecay(0.25f))
        .isEqualTo(new Adam(1, 0.9, 0.999, 1e-8f, 0.25f, false));
    assertThat(Adam.decoupled(1, 0.5f).weightDecay(0.25f))
        .isEqualTo(new Adam(1, 0.9, 0.999, 1e-8f, 0.25f, true));
    assertThat(RmsProp.of(1).weightDecay(0.25f)).isEqualTo(new RmsProp(1, 0.99, 1e-8f, 0.25f));
  }

  /** Each kind, and each name of the command line, follows PyTorch in GoldenOptimizerTest. */
  @Test
  void kinds_allFollowPyTorchAndNameTheirSource() throws IOException {
    List<Optimizer> golden = List.copyOf(GoldenOptimizerTest.OPTIMIZERS.values());
    List<Class<?>> kinds =
        new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackagesOf(Optimizer.class)
                .stream()
                .filter(type -> type.isAssignableTo(Optimizer.class) && !type.isInterface())
                .<Class<?>>map(JavaClass::reflect)
                .toList();
    assertThat(kinds).hasSize(3);
    assertThat(golden.stream().<Class<?>>map(Optimizer::getClass).distinct())
        .containsExactlyInAnyOrderElementsOf(kinds);
    assertThat(golden.stream().map(Optimizer::name).distinct())
        .containsExactlyInAnyOrderElementsOf(Optimizer.names());
    for (Class<?> kind : kinds) {
      Evidence.requireSource(kind);
    }
  }

  /** Decay in the gradient is a gradient of decay * w more: one step, by hand. */
  @Test
  void weightDecay_inTheGradient_byHand() {
    float[] w = {2};
    // g' = 0.5 + 0.25 * 2 = 1; the first step of Adam is lr against its sign, and so is RMSProp's
    // by 1 / sqrt(1 - alpha) = 10
    update(Adam.of(0.125f).weightDecay(0.25f), w, 0.5f);
    assertThat(w[0]).isCloseTo(1.875f, within(1e-6f));
    w[0] = 2;
    update(RmsProp.of(0.125f).weightDecay(0.25f), w, 0.5f);
    assertThat(w[0]).isCloseTo(0.75f, within(1e-5f));
    // decoupled, a weight without gradient shrinks by lr * decay = 1/32 of itself and no more
    w[0] = 2;
    update(Adam.decoupled(0.125f, 0.25f), w, 0);
    assertThat(w[0]).isCloseTo(1.9375f, within(1e-6f));
  }

  private static final Optimizer.Rates RATE = new Optimizer.Rates(0.125f, 0, 1);

  private static void update(Optimizer optimizer, float[] w, float gradient) {
    float[][] slots = new float[optimizer.slots().size()][1];
    optimizer.update(new Optimizer.Range(w, new float[] {gradient}, 0, slots, 0, 1), RATE);
  }

  @Test
  void named_everyName_hasTheUsualSettings() {
    assertThat(Optimizer.named("sgd", 0.5f, 0, 0.25f)).isEqualTo(Sgd.of(0.5f).weightDecay(0.25f));
    assertThat(Optimizer.named("nesterov", 0.5f, 0.75f, 0))
        .isEqualTo(Sgd.of(0.5f).momentum(0.75f).withNesterov());
    assertThat(Optimizer.named("adam", 0.5f, 0.9f, 0.25f))
        .isEqualTo(Adam.of(0.5f).weightDecay(0.25f));
    assertThat(Optimizer.named("adamw", 0.5f, 0.9f, 0.25f)).isEqualTo(Adam.decoupled(0.5f, 0.25f));
    assertThat(Optimizer.named("rmsprop", 0.5f, 0.9f, 0)).isEqualTo(RmsProp.of(0.5f));
    for (String name : Optimizer.names()) {
      assertThat(Optimizer.named(name, 1, 0.5f, 0).name()).isEqualTo(name);
    }
  }

  private static Arguments row(String message, ThrowingCallable making) {
    return Arguments.of(message, making);
  }

  static Stream<Arguments> outOfRange() {
    String rate = ": learning rate must be a number above 0, got ";
    String decay = ": weight decay must be a number from 0 up, got ";
    String share = " must be from 0 to below 1, got ";
    String epsilon = ": epsilon must be a number from 0 up, got ";
    float infinity = Float.POSITIVE_INFINITY;
    return Stream.of(
        row(
            "optimizer: none is named \"adma\"; expected are sgd, nesterov, adam, adamw, rmsprop",
            () -> Optimizer.named("adma", 1, 0, 0)),
        row("sgd" + rate + "0.0", () -> Sgd.of(0)),
        row("sgd" + rate + "NaN", () -> Sgd.of(Float.NaN)),
        row("sgd" + rate + "Infinity", () -> Sgd.of(infinity)),
        row("sgd: momentum" + share + "1.0", () -> Sgd.of(1).momentum(1)),
        row("sgd: momentum" + share + "-0.5", () -> Sgd.of(1).momentum(-0.5f)),
        row("sgd" + decay + "-1.0", () -> Sgd.of(1).weightDecay(-1)),
        row("sgd: nesterov needs a momentum above 0, such as 0.9", () -> Sgd.of(1).withNesterov()),
        row("adam" + rate + "-1.0", () -> Adam.of(-1)),
        row("adam: beta1" + share + "1.0", () -> new Adam(1, 1, 0.5, 0, 0, false)),
        row("adam: beta2" + share + "NaN", () -> new Adam(1, 0.5, Double.NaN, 0, 0, false)),
        row("adam" + epsilon + "-1.0", () -> new Adam(1, 0.5, 0.5, -1, 0, false)),
        row("adam" + decay + "Infinity", () -> Adam.decoupled(1, infinity)),
        row("rmsprop" + rate + "0.0", () -> RmsProp.of(0)),
        row("rmsprop: alpha" + share + "-0.5", () -> new RmsProp(1, -0.5, 0, 0)),
        row("rmsprop" + epsilon + "NaN", () -> new RmsProp(1, 0.5, Float.NaN, 0)),
        row("rmsprop" + decay + "-2.0", () -> RmsProp.of(1).weightDecay(-2)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("outOfRange")
  void settings_outOfRange_areRefused(String message, ThrowingCallable making) {
    assertThatThrownBy(making).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
  }
}
