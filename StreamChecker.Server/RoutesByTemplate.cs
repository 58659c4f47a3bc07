using System.Diagnostics;
using OpenTelemetry;

namespace StreamChecker.Server;

/// <summary>
/// Takes the path and the query out of every span: an id in a path encodes the user, and a query names them. The route's
/// template says which call it was.
/// </summary>
internal sealed class RoutesByTemplate : BaseProcessor<Activity>
{
    public override void OnEnd(Activity data)
    {
        data.SetTag("url.query", null);
        data.SetTag("url.full", null);
        if (data.GetTagItem("url.path") is not null)
        {
            data.SetTag("url.path", data.GetTagItem("http.route"));
        }
    }
}
