/** Networks: graphs of named layers, their weights, and what belongs to a model. */
@org.jspecify.annotations.NullMarked
package io.fovea.network;
