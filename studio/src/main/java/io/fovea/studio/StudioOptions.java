package io.fovea.studio;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The options of a studio.
 *
 * @param address the address to listen on; port 0 lets the system choose
 * @param token the secret that browsers need; empty for none
 * @param runs the folder of run folders; it may not exist yet
 * @param model a model file or run folder to inspect first
 * @param dataDir the folder searched first for the files of named data sets
 * @param data folders of images or IDX files for the pages, besides the named sets
 * @param recipes the names of the recipes, with their purposes
 * @param trainer starts training
 */
public record StudioOptions(
    InetSocketAddress address,
    String token,
    Path runs,
    Optional<Path> model,
    Optional<Path> dataDir,
    List<Path> data,
    Map<String, String> recipes,
    TrainerProcess trainer) {}
