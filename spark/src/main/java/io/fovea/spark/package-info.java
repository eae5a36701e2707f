/**
 * Training and scoring on Apache Spark. It runs on the class path: Spark's jars share packages,
 * which named modules cannot do.
 */
@NullMarked
package io.fovea.spark;

import org.jspecify.annotations.NullMarked;
