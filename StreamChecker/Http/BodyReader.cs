using System.Buffers;
using System.Text.Json;
using StreamChecker.Plans;

namespace StreamChecker.Http;

/// <summary>
/// Reads the JSON bodies of requests, and the lines of bodies of JSON lines, in one pass. Of several errors it reports the first by this order: malformed JSON, the object,
/// the members in the order of the contract.
/// </summary>
internal ref struct BodyReader
{
    /// <summary>The largest number of heartbeats in one request.</summary>
    public const int MaxIds = 500;

    private const int SameDeviceOfStart = 4;

    private static readonly JsonReaderOptions Options = new() { MaxDepth = 128 };
    private static readonly JsonEncodedText[] OfStart = Names("userId", "streamId", "deviceName", "deviceId", "sameDevice", "tags", "plan", "onLimit", "replace");
    private static readonly JsonEncodedText[] OfLimit = Names("maxConcurrentStreams", "plan");
    private static readonly JsonEncodedText[] OfLimitLine = [.. Names("userId"), .. OfLimit, .. Names("idempotencyKey")];
    private static readonly JsonEncodedText[] OfHeartbeats = Names("ids");

    private readonly JsonEncodedText[] names;
    private readonly string subject;
    private Utf8JsonReader json;
    private HashSet<string>? otherNames;
    private int seen;
    private int current;
    private Problem? problemOfObject;
    private Problem? problemOfMember;
    private int problemMember;

    private BodyReader(ReadOnlySequence<byte> body, JsonEncodedText[] names, string subject = "body")
    {
        json = new(body, isFinalBlock: true, new JsonReaderState(Options));
        (this.names, this.subject, problemMember) = (names, subject, names.Length);
    }

    /// <exception cref="JsonException">The body is not well-formed.</exception>
    public static Input<StartStream> ReadStart(ReadOnlySequence<byte> body, PlanCatalog plans)
    {
        var reader = new BodyReader(body, OfStart);
        string? userId = null, streamId = null, deviceName = null, deviceId = null;
        SameDevice? sameDevice = null;
        var tags = StartStream.NoTags;
        string? plan = null;
        var onLimit = OnLimit.Reject;
        IReadOnlyList<StreamRecordId> replace = [];
        while (reader.ReadMember())
        {
            switch (reader.current)
            {
                case 0:
                    userId = reader.FieldTextOf();
                    break;
                case 1:
                    streamId = reader.FieldTextOf();
                    break;
                case 2:
                    deviceName = reader.IsNull ? null : reader.FieldTextOf();
                    break;
                case 3:
                    deviceId = reader.IsNull ? null : reader.FieldTextOf(FieldText.MaxDeviceIdLength);
                    break;
                case SameDeviceOfStart:
                    sameDevice = reader.IsNull ? null : reader.SameDeviceOf();
                    break;
                case 5:
                    tags = reader.IsNull ? StartStream.NoTags : reader.TagsOf();
                    break;
                case 6:
                    plan = reader.IsNull ? null : reader.PlanOf(plans);
                    break;
                case 7:
                    onLimit = reader.IsNull ? OnLimit.Reject : reader.OnLimitOf();
                    break;
                case 8:
                    replace = reader.IsNull ? [] : reader.RecordIds();
                    break;
            }
        }

        if (sameDevice is not null && deviceId is null)
        {
            reader.current = SameDeviceOfStart;
            reader.Reject(reader.CurrentName, "requires deviceId");
        }

        return reader.End(required: 2) is { } problem
            ? problem
            : new StartStream
            {
                UserId = userId!,
                StreamId = streamId!,
                DeviceName = deviceName,
                DeviceId = deviceId,
                SameDevice = sameDevice ?? SameDevice.Replace,
                Tags = tags,
                Plan = plan,
                OnLimit = onLimit,
                Replace = replace,
            };
    }

    /// <exception cref="JsonException">The body is not well-formed.</exception>
    public static Input<LimitChange> ReadLimit(ReadOnlySequence<byte> body, PlanCatalog plans)
    {
        var reader = new BodyReader(body, OfLimit);
        var change = new LimitChange();
        while (reader.ReadMember())
        {
            change = reader.ChangeOf(change, plans);
        }

        return reader.End(required: change.Plan is null ? 1 : 0) is { } problem ? problem : change;
    }

    /// <summary>One of many changes of limits.</summary>
    /// <exception cref="JsonException">The text is not well-formed.</exception>
    public static Input<UserLimitChange> ReadLimitLine(ReadOnlySequence<byte> line, PlanCatalog plans)
    {
        var reader = new BodyReader(line, OfLimitLine, "line");
        string? userId = null, idempotencyKey = null;
        var change = new LimitChange();
        while (reader.ReadMember())
        {
            switch (reader.CurrentName)
            {
                case "userId":
                    userId = reader.FieldTextOf();
                    break;
                case "idempotencyKey":
                    idempotencyKey = reader.IsNull ? null : reader.IdempotencyKeyOf();
                    break;
                default:
                    change = reader.ChangeOf(change, plans);
                    break;
            }
        }

        return reader.End(required: change.Plan is null ? 2 : 1) is { } problem ? problem : new UserLimitChange(userId!, change, idempotencyKey);
    }

    /// <summary>The IDs of a request for many heartbeats, which need not be stream record IDs.</summary>
    /// <exception cref="JsonException">The body is not well-formed.</exception>
    public static Input<List<string>> ReadIds(ReadOnlySequence<byte> body)
    {
        var reader = new BodyReader(body, OfHeartbeats);
        List<string> ids = [];
        while (reader.ReadMember())
        {
            if (reader.current == 0)
            {
                ids = reader.Ids();
            }
        }

        return reader.End(required: 1) is { } problem ? problem : ids;
    }

    /// <summary>The name of the current member; empty if it is unknown.</summary>
    private readonly string CurrentName => current < names.Length ? names[current].Value : "";

    private readonly bool IsNull => json.TokenType == JsonTokenType.Null;

    /// <summary>Moves to the value of the next member. Returns false at the end of the body.</summary>
    private bool ReadMember()
    {
        if (json.TokenType == JsonTokenType.None)
        {
            json.Read();
            if (json.TokenType != JsonTokenType.StartObject)
            {
                problemOfObject = Problem.InvalidBody($"The {subject} must be a JSON object.");
                json.Skip();
            }
        }
        else
        {
            // Skips the previous value if it was not read.
            json.Skip();
        }

        if (json.CurrentDepth == 0 && json.TokenType != JsonTokenType.StartObject)
        {
            json.Read();
            return false;
        }

        json.Read();
        if (json.TokenType == JsonTokenType.EndObject)
        {
            json.Read();
            return false;
        }

        current = Member();
        json.Read();
        return true;
    }

    /// <summary>The index of a member by its name; the number of members if the name is unknown.</summary>
    private int Member()
    {
        try
        {
            for (var member = 0; member < names.Length; member++)
            {
                if (json.ValueTextEquals(names[member].EncodedUtf8Bytes))
                {
                    Note(names[member].Value, isNew: (seen & (1 << member)) == 0);
                    seen |= 1 << member;
                    return member;
                }
            }

            var name = json.GetString()!;
            Note(name, isNew: (otherNames ??= new(StringComparer.Ordinal)).Add(name));
        }
        catch (InvalidOperationException)
        {
            problemOfObject ??= Problem.InvalidBody($"The {subject} has a member whose name is not valid Unicode.");
        }

        return names.Length;
    }

    private void Note(string name, bool isNew)
    {
        if (!isNew)
        {
            problemOfObject ??= Problem.InvalidField(name, "is given more than once");
        }
    }

    /// <summary>The problem with the body; null if it is valid. The first <paramref name="required"/> members are required.</summary>
    private Problem? End(int required)
    {
        for (current = 0; current < required; current++)
        {
            if ((seen & (1 << current)) == 0)
            {
                Reject(CurrentName, "is missing");
            }
        }

        return problemOfObject ?? problemOfMember;
    }

    private string? FieldTextOf(int maxLength = FieldText.MaxLength)
    {
        var text = Text(CurrentName);
        if (text is not null && FieldText.Error(text, maxLength) is { } error)
        {
            Reject(CurrentName, error);
        }

        return text;
    }

    private SameDevice SameDeviceOf()
    {
        switch (Text(CurrentName))
        {
            case null or "replace":
                return SameDevice.Replace;
            case "count":
                return SameDevice.Count;
            default:
                Reject(CurrentName, "must be \"replace\" or \"count\"");
                return default;
        }
    }

    private OnLimit OnLimitOf()
    {
        switch (Text(CurrentName))
        {
            case null or "reject":
                return OnLimit.Reject;
            case "replaceOldest":
                return OnLimit.ReplaceOldest;
            default:
                Reject(CurrentName, "must be \"reject\" or \"replaceOldest\"");
                return default;
        }
    }

    private Dictionary<string, string> TagsOf()
    {
        Dictionary<string, string> tags = new(StringComparer.Ordinal);
        var name = CurrentName;
        if (json.TokenType != JsonTokenType.StartObject)
        {
            Reject(name, "must be an object with a string for each tag");
            return tags;
        }

        while (json.Read() && json.TokenType != JsonTokenType.EndObject)
        {
            var tag = TextOfToken();
            json.Read();
            if (tag is null)
            {
                Reject(name, "must have names of valid Unicode");
            }
            else if (PlanText.TagNameError(tag) is { } error)
            {
                Reject($"{name}.{tag}", error);
            }
            else if (Text($"{name}.{tag}") is { } value && !tags.TryAdd(tag, value))
            {
                Reject($"{name}.{tag}", "is given more than once");
            }

            json.Skip();
        }

        if (PlanText.TagsError(tags) is { } ofTags)
        {
            Reject(ofTags.Name is { } invalid ? $"{name}.{invalid}" : name, ofTags.Error);
        }

        return tags;
    }

    private string? PlanOf(PlanCatalog plans)
    {
        var name = Text(CurrentName);
        if (name is not null && !plans.TryGet(name, out _))
        {
            Reject(CurrentName, $"is not one of the plans: {string.Join(", ", plans.All.Select(plan => plan.Name))}");
        }

        return name;
    }

    private LimitChange ChangeOf(LimitChange change, PlanCatalog plans) => CurrentName switch
    {
        "maxConcurrentStreams" => change with { Limit = new(IsNull ? null : WholeNumber(0, UserLimit.Largest)) },
        "plan" => change with { Plan = new(IsNull ? null : PlanOf(plans)) },
        _ => change,
    };

    private string? IdempotencyKeyOf()
    {
        var key = Text(CurrentName);
        if (key is not null && IdempotencyKey.Error(key) is { } error)
        {
            Reject(CurrentName, error);
        }

        return key;
    }

    private List<StreamRecordId> RecordIds()
    {
        List<StreamRecordId> ids = [];
        var name = CurrentName;
        if (json.TokenType != JsonTokenType.StartArray)
        {
            Reject(name, "must be an array of stream record IDs");
            return ids;
        }

        for (var index = 0; json.Read() && json.TokenType != JsonTokenType.EndArray; index++)
        {
            var element = $"{name}[{index}]";
            if (Text(element) is { } text)
            {
                if (StreamRecordId.TryParse(text, out var id))
                {
                    ids.Add(id);
                }
                else
                {
                    Reject(element, "is not a stream record ID");
                }
            }

            json.Skip();
        }

        return ids;
    }

    private List<string> Ids()
    {
        List<string> ids = [];
        if (json.TokenType != JsonTokenType.StartArray)
        {
            Reject(CurrentName, "must be an array of stream record IDs");
            return ids;
        }

        var count = 0;
        for (; json.Read() && json.TokenType != JsonTokenType.EndArray; count++)
        {
            if (json.TokenType != JsonTokenType.String)
            {
                Reject($"{CurrentName}[{count}]", "must be a string");
            }
            else if (count < MaxIds && Text($"{CurrentName}[{count}]") is { } id)
            {
                ids.Add(id);
            }

            json.Skip();
        }

        if (count is 0 or > MaxIds)
        {
            Reject(CurrentName, $"must have 1 to {MaxIds} elements");
        }

        return ids;
    }

    private int WholeNumber(int least, int most)
    {
        // 3.0 and 3e0 are integers in JSON Schema.
        if (json.TokenType == JsonTokenType.Number && json.TryGetDouble(out var number) && double.IsInteger(number) && number >= least && number <= most)
        {
            return (int)number;
        }

        Reject(CurrentName, $"must be a whole number from {least} to {most}");
        return 0;
    }

    private string? Text(string name)
    {
        if (json.TokenType != JsonTokenType.String)
        {
            Reject(name, "must be a string");
            return null;
        }

        var text = TextOfToken();
        if (text is null)
        {
            Reject(name, "must be valid Unicode");
        }

        return text;
    }

    /// <summary>The text of a string or a name; null if it is not valid Unicode.</summary>
    private readonly string? TextOfToken()
    {
        try
        {
            return json.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>Keeps the first error of the member that comes first in the contract.</summary>
    private void Reject(string name, string error)
    {
        if (current < problemMember)
        {
            (problemMember, problemOfMember) = (current, Problem.InvalidField(name, error));
        }
    }

    private static JsonEncodedText[] Names(params ReadOnlySpan<string> names)
    {
        var encoded = new JsonEncodedText[names.Length];
        for (var i = 0; i < names.Length; i++)
        {
            encoded[i] = JsonEncodedText.Encode(names[i]);
        }

        return encoded;
    }
}
