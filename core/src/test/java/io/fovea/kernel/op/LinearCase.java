package io.fovea.kernel.op;

import io.fovea.kernel.geometry.Conv2dGeometry;
import io.fovea.kernel.geometry.DenseGeometry;
import io.fovea.kernel.reference.ReferenceConv2d;
import io.fovea.kernel.reference.ReferenceDense;
import io.fovea.kernel.reference.ReferenceLinear;
import io.fovea.tensor.Shape;
import java.util.function.Function;

/**
 * A convolution or a dense layer on a number of images: sizes, terms of each sum, the reference in
 * double and the kernels of any set.
 *
 * @param name for messages
 * @param input the shape of one image's x
 * @param output the shape of one image's y
 * @param images N
 * @param weights elements of w, in logical order
 * @param biases elements of b
 * @param outputTerms products in one element of y
 * @param inputTerms products in one element of dx, at most
 * @param weightTerms products in one element of dw, at most
 * @param reference the same operation in double
 * @param kernel the same operation in a kernel set
 */
public record LinearCase(
    String name,
    Shape input,
    Shape output,
    int images,
    int weights,
    int biases,
    long outputTerms,
    long inputTerms,
    long weightTerms,
    ReferenceLinear reference,
    Function<Kernels, LinearKernel> kernel) {

  public static LinearCase of(Conv2dGeometry g, int images) {
    int kernel = g.window().kernelHeight() * g.window().kernelWidth();
    return new LinearCase(
        "conv2d %dx%dx%dx%d to %d filters in %d groups, %s"
            .formatted(
                images, g.channels(), g.height(), g.width(), g.filters(), g.groups(), g.window()),
        Shape.of(g.channels(), g.height(), g.width()),
        Shape.of(g.filters(), g.outputHeight(), g.outputWidth()),
        images,
        g.weights(),
        g.filters(),
        g.taps(),
        (long) g.groupFilters() * kernel,
        (long) images * g.outputHeight() * g.outputWidth(),
        new ReferenceConv2d(g),
        set -> set.conv2d(g));
  }

  public static LinearCase of(DenseGeometry g, int images) {
    return new LinearCase(
        "dense %dx%s %s to %d".formatted(images, g.input(), g.input().parts(), g.outputs()),
        g.input(),
        Shape.of(g.outputs()),
        images,
        g.outputs() * g.features(),
        g.outputs(),
        g.features(),
        g.outputs(),
        images,
        new ReferenceDense(g),
        set -> set.dense(g));
  }

  /** The same case for one kernel, whatever kernel set is asked. */
  public LinearCase computedBy(Conv2dKernel one) {
    return new LinearCase(
        name,
        input,
        output,
        images,
        weights,
        biases,
        outputTerms,
        inputTerms,
        weightTerms,
        reference,
        set -> one);
  }

  /** Multiply-adds of the forward pass. */
  public long work() {
    return (long) images * output.elements() * outputTerms;
  }

  @Override
  public String toString() {
    return name;
  }
}
