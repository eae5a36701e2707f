package io.fovea.cli.command.machine;

import io.fovea.cli.command.base.GraphFlags;
import io.fovea.cli.command.base.ScreenCommand;
import io.fovea.cli.screen.Console;
import io.fovea.cli.screen.Failure;
import io.fovea.cli.train.flags.ModelChoice;
import io.fovea.cli.train.flags.ThreadFlags;
import io.fovea.gradcheck.GradientCheck;
import io.fovea.kernel.KernelSet;
import io.fovea.network.Graph;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code fovea gradcheck}. */
@Command(
    name = "gradcheck",
    description = {
      "Checks the gradients of every layer: numeric gradients and the fast kernels against the reference.",
      "Compares by the relative L2 error of each tensor: numeric gradients against the reference kernels in double (below 1e-7), and the fast kernels in float against the reference (below 1e-5)."
    })
public final class GradcheckCommand extends ScreenCommand {
  private static final String LINE = "%-10s %-22s %-8s %10s %12s %12s   %s";

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "NAME",
      description = "A built-in network or a description as FILE.json (default: two-layer-cnn).")
  private String model = "two-layer-cnn";

  @Option(
      names = "--input",
      paramLabel = "CxHxW",
      description = "The images' shape (default: 1x28x28).")
  private String input = "1x28x28";

  @Option(
      names = "--classes",
      paramLabel = "N",
      description = "The number of classes (default: 10).")
  private int classes = 10;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Seed of the random numbers (default: 42).")
  private long seed = 42;

  @Mixin private final ThreadFlags threadFlags = new ThreadFlags();

  public GradcheckCommand(Console screen) {
    super(screen);
  }

  @Override
  public Integer call() throws IOException {
    int threads = threadFlags.count(screen);
    Graph graph =
        ModelChoice.of(model).graph(GraphFlags.shape(input), GraphFlags.checkedClasses(classes));
    if (!common.json) {
      screen.println(
          String.format(LINE, "node", "layer", "tensor", "compared", "numeric", "fast", "")
              .stripTrailing());
    }
    List<GradientCheck.Row> rows =
        GradientCheck.run(graph, KernelSet.fastest(), threads, seed, this::print);
    boolean passed = rows.stream().allMatch(GradientCheck.Row::passes);
    common.show(
        screen,
        new Checked(passed, rows.stream().map(Checked.Row::of).toList()),
        result ->
            screen.println(
                result.passed
                    ? "all gradients agree: numeric < 1e-7, fast kernels < 1e-5"
                    : "some gradients disagree"));
    if (!passed) {
      throw new Failure(
          "gradcheck: some gradients of %s disagree, see the rows marked WRONG; please report it with the output of fovea doctor"
              .formatted(model));
    }
    return 0;
  }

  private void print(GradientCheck.Row row) {
    if (common.json) {
      return;
    }
    String compared = row.checked() == 0 ? "" : row.checked() + "/" + row.elements();
    if (compared.length() > 10) {
      compared = row.checked() + " of " + Math.round(row.elements() / 1000.0) + "k";
    }
    screen.println(
        String.format(
            Locale.ROOT,
            LINE,
            row.node(),
            row.type(),
            row.tensor(),
            compared,
            row.checked() == 0 ? "" : String.format(Locale.ROOT, "%.1e", row.numeric()),
            String.format(Locale.ROOT, "%.1e", row.fast()),
            row.passes() ? "ok" : "WRONG"));
  }

  private record Checked(boolean passed, List<Row> rows) {
    record Row(
        String node,
        String layer,
        String tensor,
        int compared,
        double numeric,
        double fast,
        boolean passes) {
      static Row of(GradientCheck.Row row) {
        return new Row(
            row.node(),
            row.type(),
            row.tensor(),
            row.checked(),
            row.numeric(),
            row.fast(),
            row.passes());
      }
    }
  }
}
