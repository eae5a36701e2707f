/**
 * The look-inside page: one picture through a network, forward and backward, with every number's
 * origin. {@link io.fovea.studio.inside.InspectedModel} computes; {@link
 * io.fovea.studio.inside.Calculator} shows one number's working.
 *
 * <p>The server keeps no state between requests: each contains the fitted picture and the names of
 * the shown nodes.
 *
 * <pre>
 * InsideRoutes, LearningRoutes  the requests: forward pass, backward pass
 * ModelCatalog      models by id: the given one, those of the runs, a built-in one
 *   InspectedModel    a model's packed weights and two workspaces
 *     ForwardTrace    the values of all nodes, from Tape.forward: no fusion, every value kept
 *       Calculator      how one number is computed (Calculation): inputs, weights, products, sums
 *     BackwardTrace   loss, gradients of all nodes and parameters, the weights after one step
 *       GradientCalculator  the terms of one gradient: dy times the weight, or the input
 *     descend           steps with momentum on copies of the weights, reported for one weight
 * TensorMessage     values as JSON, then float arrays
 * </pre>
 */
@org.jspecify.annotations.NullMarked
package io.fovea.studio.inside;
