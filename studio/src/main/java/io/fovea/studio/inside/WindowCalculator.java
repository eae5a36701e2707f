package io.fovea.studio.inside;

import io.fovea.layer.AvgPool2d;
import io.fovea.layer.Conv2d;
import io.fovea.network.Graph;
import io.fovea.network.Network;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Window;
import java.util.ArrayList;
import java.util.List;

/** Calculates one number of a convolution or pooling from the numbers under its window. */
record WindowCalculator(Network network, ForwardTrace trace) {
  private static Calculation.WindowPosition place(Window window, Calculator.Position position) {
    return new Calculation.WindowPosition(
        position.i() * window.strideHeight() - window.top(),
        position.j() * window.strideWidth() - window.left(),
        window.kernelHeight(),
        window.kernelWidth(),
        window.dilationHeight(),
        window.dilationWidth());
  }

  private static int row(Calculation.WindowPosition place, int tap) {
    return place.top() + tap / place.width() * place.stepDown();
  }

  private static int column(Calculation.WindowPosition place, int tap) {
    return place.left() + tap % place.width() * place.stepAcross();
  }

  private static boolean inside(Shape map, Calculation.WindowPosition place, int tap) {
    int i = row(place, tap);
    int j = column(place, tap);
    return i >= 0 && i < map.size(1) && j >= 0 && j < map.size(2);
  }

  /** The numbers under the window, 0 outside of the map. */
  private List<Float> under(String input, int channel, Calculation.WindowPosition place) {
    Shape map = network.graph().shape(input);
    float[] values = trace.value(input);
    List<Float> x = new ArrayList<>();
    for (int tap = 0; tap < place.height() * place.width(); tap++) {
      int index = (channel * map.size(1) + row(place, tap)) * map.size(2) + column(place, tap);
      x.add(inside(map, place, tap) ? values[index] : 0f);
    }
    return List.copyOf(x);
  }

  Calculation convolution(Graph.Node node, Conv2d conv, Calculator.Position position, float value) {
    String input = node.inputs().getFirst();
    Calculation.WindowPosition place = place(conv.window(), position);
    int channels = network.graph().shape(input).size(0) / conv.groups(); // of one filter
    int first = position.channel() / (conv.filters() / conv.groups()) * channels;
    float[] weights = network.weights().values(node.name() + ".weight");
    int taps = place.height() * place.width();
    float bias =
        conv.bias() ? network.weights().values(node.name() + ".bias")[position.channel()] : 0;
    double all = 0;
    List<Calculation.Taps> windows = new ArrayList<>();
    for (int c = 0; c < channels; c++) {
      List<Float> x = under(input, first + c, place);
      List<Float> w = new ArrayList<>();
      double sum = 0;
      for (int tap = 0; tap < taps; tap++) {
        float weight = weights[(position.channel() * channels + c) * taps + tap];
        w.add(weight);
        sum += (double) x.get(tap) * weight;
      }
      all += sum;
      windows.add(new Calculation.Taps(first + c, x, List.copyOf(w), sum));
    }
    return new Calculation.Convolution(
        value,
        input,
        place,
        insides(input, place),
        Math.max(conv.window().top(), conv.window().left()),
        List.copyOf(windows),
        bias,
        all + bias);
  }

  private List<Boolean> insides(String input, Calculation.WindowPosition place) {
    Shape map = network.graph().shape(input);
    List<Boolean> insides = new ArrayList<>();
    for (int tap = 0; tap < place.height() * place.width(); tap++) {
      insides.add(inside(map, place, tap));
    }
    return List.copyOf(insides);
  }

  int winner(String input, Window window, Calculator.Position output) {
    return ((Calculation.Pooling) largest(input, window, output, 0)).winner();
  }

  int divisor(String input, AvgPool2d pool, Calculator.Position output) {
    return ((Calculation.Pooling) mean(input, pool, output, 0)).divisor();
  }

  Calculation largest(String input, Window window, Calculator.Position position, float value) {
    Calculation.WindowPosition place = place(window, position);
    List<Float> x = under(input, position.channel(), place);
    List<Boolean> inside = insides(input, place);
    int winner = -1;
    for (int tap = 0; tap < x.size(); tap++) {
      if (inside.get(tap) && (winner < 0 || x.get(tap) > x.get(winner))) {
        winner = tap;
      }
    }
    return new Calculation.Pooling(value, input, place, x, inside, winner, 0, value);
  }

  Calculation mean(String input, AvgPool2d pool, Calculator.Position position, float value) {
    Window window = pool.window();
    Shape map = network.graph().shape(input);
    Calculation.WindowPosition place = place(window, position);
    List<Float> x = under(input, position.channel(), place);
    double sum = 0;
    int divisor = 0;
    for (int tap = 0; tap < x.size(); tap++) {
      sum += x.get(tap);
      boolean padded =
          row(place, tap) < map.size(1) + window.bottom()
              && column(place, tap) < map.size(2) + window.right();
      if (inside(map, place, tap) || (pool.countIncludePad() && padded)) {
        divisor++;
      }
    }
    return new Calculation.Pooling(value, input, place, x, insides(input, place), -1, divisor, sum);
  }
}
