"""Writes the files of this folder with the ONNX project's own library and numpy (Debian: python3-onnx).

    /usr/bin/python3 fixtures.py
"""
import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

rng = np.random.default_rng(1)


def small_cnn():
    """Conv, Relu, MaxPool, Flatten, Gemm: attributes and initializers as exporters write them."""
    w = rng.standard_normal((4, 2, 3, 3)).astype(np.float32)
    b = rng.standard_normal(4).astype(np.float32)
    d = rng.standard_normal((3, 64)).astype(np.float32)
    e = np.zeros(3, np.float32)
    nodes = [
        helper.make_node("Conv", ["x", "w", "b"], ["c"], name="conv1", kernel_shape=[3, 3], pads=[1, 1, 1, 1]),
        helper.make_node("Relu", ["c"], ["r"]),
        helper.make_node("MaxPool", ["r"], ["p"], kernel_shape=[2, 2], strides=[2, 2]),
        helper.make_node("Flatten", ["p"], ["f"]),
        helper.make_node("Gemm", ["f", "d", "e"], ["logits"], name="dense", transB=1, alpha=1.0),
    ]
    graph = helper.make_graph(
        nodes,
        "small",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["batch", 2, 8, 8])],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", 3])],
        [numpy_helper.from_array(v, n) for n, v in [("w", w), ("b", b), ("d", d), ("e", e)]],
        value_info=[helper.make_tensor_value_info("c", TensorProto.FLOAT, ["batch", 4, 8, 8])],
    )
    model = helper.make_model(graph, producer_name="fixtures", producer_version="1", opset_imports=[helper.make_opsetid("", 17)])
    helper.set_model_props(model, {"labels": "a,b,c"})
    onnx.checker.check_model(model)
    onnx.save(model, "small_cnn.onnx")
    from onnx.reference import ReferenceEvaluator

    x = rng.standard_normal((2, 2, 8, 8)).astype(np.float32)
    y = ReferenceEvaluator(model).run(None, {"x": x})[0]
    for name, value in [("x", x), ("logits", y)]:
        with open(f"small_cnn_{name}.pb", "wb") as f:
            f.write(numpy_helper.from_array(value, name).SerializeToString())
        np.save(f"small_cnn_{name}.npy", value)


def external():
    w = np.arange(6, dtype=np.float32).reshape(2, 3)
    graph = helper.make_graph(
        [helper.make_node("MatMul", ["x", "w"], ["y"])],
        "external",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 2])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 3])],
        [numpy_helper.from_array(w, "w")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    onnx.save(model, "external.onnx", save_as_external_data=True, location="external.data", size_threshold=0)


def types():
    """A model of constants: every way in which a TensorProto may hold values, and every kind of attribute."""
    listed = {
        "float": (TensorProto.FLOAT, [1.5, -2.0, 3.25]),
        "double": (TensorProto.DOUBLE, [1e300, -0.1, 0.0]),
        "int64": (TensorProto.INT64, [-(2**62), 0, 5]),
        "int32": (TensorProto.INT32, [-(2**31), 0, 7]),
        "int8": (TensorProto.INT8, [-128, 0, 127]),
        "uint8": (TensorProto.UINT8, [0, 128, 255]),
        "bool": (TensorProto.BOOL, [True, False, True]),
        "float16": (TensorProto.FLOAT16, [1.5, -2.0, 65504.0]),
        "bfloat16": (TensorProto.BFLOAT16, [1.5, -2.0, 3.0]),
    }
    initializers = []
    for name, (kind, values) in listed.items():
        initializers.append(helper.make_tensor(name + "_listed", kind, [3, 1], values))
        if kind != TensorProto.BFLOAT16:
            array = np.array(values, helper.tensor_dtype_to_np_dtype(kind)).reshape(3, 1)
            initializers.append(numpy_helper.from_array(array, name + "_raw"))
    initializers.append(numpy_helper.from_array(np.float32(7), "scalar"))
    initializers.append(numpy_helper.from_array(np.zeros((0, 2), np.float32), "empty"))
    branch = helper.make_graph([helper.make_node("Neg", ["float_raw"], ["n"])], "branch", [], [helper.make_tensor_value_info("n", TensorProto.FLOAT, [3, 1])])
    nodes = [
        # In the wrong order on purpose, and without names.
        helper.make_node("Mul", ["a", "float_raw"], ["y"]),
        helper.make_node("Neg", ["float_raw"], ["a"]),
        helper.make_node("If", ["condition"], ["z"], then_branch=branch, else_branch=branch),
        helper.make_node("Own", ["a"], ["o"], domain="org.example", f=0.5, i=-3, s="text", fs=[1.0, 2.0], ii=[1, -2], ss=["p", "q"], t=numpy_helper.from_array(np.int64([4, 5]))),
    ]
    graph = helper.make_graph(
        nodes,
        "types",
        [helper.make_tensor_value_info("condition", TensorProto.BOOL, []), helper.make_tensor_value_info("any", TensorProto.FLOAT, None)],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [3, 1])],
        initializers,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13), helper.make_opsetid("org.example", 2)])
    onnx.save(model, "types.onnx")


def npy():
    a = np.arange(6).reshape(2, 3)
    np.save("c_float32.npy", a.astype("<f4"))
    np.save("fortran_float64.npy", np.asfortranarray(a.astype("<f8")))
    np.save("big_int64.npy", a.astype(">i8"))
    np.save("big_int32.npy", np.asfortranarray(a.astype(">i4")))
    np.save("int8.npy", (a - 3).astype("i1"))
    np.save("uint8.npy", (a + 250).astype("u1"))
    np.save("bool.npy", a % 2 == 0)
    np.save("float16.npy", a.astype("<f2"))
    np.save("scalar.npy", np.float32(2.5))
    np.save("empty.npy", np.zeros((0, 3), np.float32))
    for version in [(2, 0), (3, 0)]:
        with open(f"version{version[0]}.npy", "wb") as f:
            np.lib.format.write_array(f, a.astype("<f4"), version=version)


small_cnn()
external()
types()
npy()
