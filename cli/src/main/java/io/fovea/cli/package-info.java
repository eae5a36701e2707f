/**
 * The entry point of the command line. {@link io.fovea.cli.Fovea} starts it, as a process or inside
 * another program; the commands are in {@code io.fovea.cli.command}.
 *
 * <p>{@code cli/target/app} is laid out as an installation: jars in {@code lib}, start scripts in
 * {@code bin}. {@code bin/fovea} finds a JDK, or uses the runtime of its image; it keeps the JVM's
 * ahead-of-time cache and starts the JVM (decision 9). {@code build/Dist.java} packs that folder
 * (decision 27).
 */
@org.jspecify.annotations.NullMarked
package io.fovea.cli;
