using Jint.Native;

namespace InProcessCosmos.Scripts;

/// <summary>What a callback is called with: an error, or the resource; and the options of the answer.</summary>
internal readonly record struct OperationAnswer(JsValue? Error, JsValue Resource, JsValue Options);
