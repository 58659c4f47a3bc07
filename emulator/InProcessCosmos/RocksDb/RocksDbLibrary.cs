using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

// Without it the calls below would be compiled when they are first made, and not ahead.
[assembly: DisableRuntimeMarshalling]

namespace InProcessCosmos.RocksDb;

/// <summary>RocksDB failed. The message is RocksDB's own.</summary>
internal sealed class RocksDbException(string message) : Exception(message);

/// <summary>
/// The functions of RocksDB's C interface that the engine calls, and no other. The package's own wrapper binds every one that
/// there is, by code that it generates when the process starts: which was a third of the time to the first response.
/// </summary>
/// <remarks>https://github.com/facebook/rocksdb/blob/main/include/rocksdb/c.h</remarks>
internal static unsafe partial class RocksDbLibrary
{
    private const string Name = "rocksdb";

    static RocksDbLibrary() => NativeLibrary.SetDllImportResolver(typeof(RocksDbLibrary).Assembly, Load);

    [LibraryImport(Name, EntryPoint = "rocksdb_free")]
    internal static partial void Free(byte* memory);

    [LibraryImport(Name, EntryPoint = "rocksdb_options_create")]
    internal static partial OptionsHandle CreateOptions();

    [LibraryImport(Name, EntryPoint = "rocksdb_options_destroy")]
    internal static partial void DestroyOptions(nint options);

    [LibraryImport(Name, EntryPoint = "rocksdb_options_set_create_if_missing")]
    internal static partial void SetCreateIfMissing(OptionsHandle options, byte value);

    [LibraryImport(Name, EntryPoint = "rocksdb_options_set_wal_recovery_mode")]
    internal static partial void SetLogRecoveryMode(OptionsHandle options, int mode);

    [LibraryImport(Name, EntryPoint = "rocksdb_options_set_prefix_extractor")]
    internal static partial void SetPrefixExtractor(OptionsHandle options, nint prefix);

    [LibraryImport(Name, EntryPoint = "rocksdb_slicetransform_create_fixed_prefix")]
    internal static partial nint CreateFixedPrefix(nuint length);

    [LibraryImport(Name, EntryPoint = "rocksdb_options_set_memtable_prefix_bloom_size_ratio")]
    internal static partial void SetMemtablePrefixBloomSizeRatio(OptionsHandle options, double ratio);

    [LibraryImport(Name, EntryPoint = "rocksdb_block_based_options_create")]
    internal static partial TableOptionsHandle CreateTableOptions();

    [LibraryImport(Name, EntryPoint = "rocksdb_block_based_options_destroy")]
    internal static partial void DestroyTableOptions(nint table);

    [LibraryImport(Name, EntryPoint = "rocksdb_filterpolicy_create_bloom_full")]
    internal static partial nint CreateBloomFilter(double bitsPerKey);

    [LibraryImport(Name, EntryPoint = "rocksdb_block_based_options_set_filter_policy")]
    internal static partial void SetFilterPolicy(TableOptionsHandle table, nint policy);

    [LibraryImport(Name, EntryPoint = "rocksdb_block_based_options_set_whole_key_filtering")]
    internal static partial void SetWholeKeyFiltering(TableOptionsHandle table, byte value);

    [LibraryImport(Name, EntryPoint = "rocksdb_block_based_options_set_format_version")]
    internal static partial void SetFormatVersion(TableOptionsHandle table, int version);

    [LibraryImport(Name, EntryPoint = "rocksdb_options_set_block_based_table_factory")]
    internal static partial void SetTableOptions(OptionsHandle options, TableOptionsHandle table);

    [LibraryImport(Name, EntryPoint = "rocksdb_options_set_write_buffer_size")]
    internal static partial void SetWriteBufferSize(OptionsHandle options, nuint bytes);

    [LibraryImport(Name, EntryPoint = "rocksdb_options_set_max_write_buffer_number")]
    internal static partial void SetMaxWriteBufferNumber(OptionsHandle options, int number);

    [LibraryImport(Name, EntryPoint = "rocksdb_options_set_max_total_wal_size")]
    internal static partial void SetMaxTotalLogSize(OptionsHandle options, ulong bytes);

    [LibraryImport(Name, EntryPoint = "rocksdb_options_set_max_log_file_size")]
    internal static partial void SetMaxInfoLogFileSize(OptionsHandle options, nuint bytes);

    [LibraryImport(Name, EntryPoint = "rocksdb_options_set_keep_log_file_num")]
    internal static partial void SetKeepInfoLogFiles(OptionsHandle options, nuint number);

    [LibraryImport(Name, EntryPoint = "rocksdb_options_set_max_open_files")]
    internal static partial void SetMaxOpenFiles(OptionsHandle options, int number);

    [LibraryImport(Name, EntryPoint = "rocksdb_options_enable_statistics")]
    internal static partial void EnableStatistics(OptionsHandle options);

    [LibraryImport(Name, EntryPoint = "rocksdb_options_set_statistics_level")]
    internal static partial void SetStatisticsLevel(OptionsHandle options, int level);

    [LibraryImport(Name, EntryPoint = "rocksdb_options_statistics_get_string")]
    internal static partial byte* Statistics(OptionsHandle options);

    [LibraryImport(Name, EntryPoint = "rocksdb_readoptions_create")]
    internal static partial ReadOptionsHandle CreateReadOptions();

    [LibraryImport(Name, EntryPoint = "rocksdb_readoptions_destroy")]
    internal static partial void DestroyReadOptions(nint options);

    [LibraryImport(Name, EntryPoint = "rocksdb_readoptions_set_prefix_same_as_start")]
    internal static partial void SetPrefixSameAsStart(ReadOptionsHandle options, byte value);

    [LibraryImport(Name, EntryPoint = "rocksdb_readoptions_set_total_order_seek")]
    internal static partial void SetTotalOrderSeek(ReadOptionsHandle options, byte value);

    [LibraryImport(Name, EntryPoint = "rocksdb_readoptions_set_fill_cache")]
    internal static partial void SetFillCache(ReadOptionsHandle options, byte value);

    [LibraryImport(Name, EntryPoint = "rocksdb_writeoptions_create")]
    internal static partial WriteOptionsHandle CreateWriteOptions();

    [LibraryImport(Name, EntryPoint = "rocksdb_writeoptions_destroy")]
    internal static partial void DestroyWriteOptions(nint options);

    [LibraryImport(Name, EntryPoint = "rocksdb_writeoptions_set_sync")]
    internal static partial void SetSync(WriteOptionsHandle options, byte value);

    [LibraryImport(Name, EntryPoint = "rocksdb_open", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial DatabaseHandle Open(OptionsHandle options, string path, byte** error);

    [LibraryImport(Name, EntryPoint = "rocksdb_close")]
    internal static partial void Close(nint database);

    [LibraryImport(Name, EntryPoint = "rocksdb_get")]
    internal static partial byte* Get(DatabaseHandle database, ReadOptionsHandle options, byte* key, nuint keyLength, nuint* length, byte** error);

    [LibraryImport(Name, EntryPoint = "rocksdb_multi_get")]
    internal static partial void MultiGet(
        DatabaseHandle database, ReadOptionsHandle options, nuint count, byte** keys, nuint* keyLengths, byte** values, nuint* lengths, byte** errors);

    [LibraryImport(Name, EntryPoint = "rocksdb_write")]
    internal static partial void Write(DatabaseHandle database, WriteOptionsHandle options, BatchHandle batch, byte** error);

    [LibraryImport(Name, EntryPoint = "rocksdb_get_latest_sequence_number")]
    internal static partial ulong LatestSequence(DatabaseHandle database);

    [LibraryImport(Name, EntryPoint = "rocksdb_flushoptions_create")]
    internal static partial FlushOptionsHandle CreateFlushOptions();

    [LibraryImport(Name, EntryPoint = "rocksdb_flushoptions_destroy")]
    internal static partial void DestroyFlushOptions(nint options);

    [LibraryImport(Name, EntryPoint = "rocksdb_flush")]
    internal static partial void Flush(DatabaseHandle database, FlushOptionsHandle options, byte** error);

    [LibraryImport(Name, EntryPoint = "rocksdb_compact_range")]
    internal static partial void Compact(DatabaseHandle database, byte* first, nuint firstLength, byte* end, nuint endLength);

    [LibraryImport(Name, EntryPoint = "rocksdb_writebatch_create")]
    internal static partial BatchHandle CreateBatch();

    [LibraryImport(Name, EntryPoint = "rocksdb_writebatch_destroy")]
    internal static partial void DestroyBatch(nint batch);

    [LibraryImport(Name, EntryPoint = "rocksdb_writebatch_clear")]
    internal static partial void ClearBatch(BatchHandle batch);

    [LibraryImport(Name, EntryPoint = "rocksdb_writebatch_put")]
    internal static partial void Put(BatchHandle batch, byte* key, nuint keyLength, byte* value, nuint length);

    [LibraryImport(Name, EntryPoint = "rocksdb_writebatch_delete")]
    internal static partial void Delete(BatchHandle batch, byte* key, nuint keyLength);

    [LibraryImport(Name, EntryPoint = "rocksdb_writebatch_delete_range")]
    internal static partial void DeleteRange(BatchHandle batch, byte* first, nuint firstLength, byte* end, nuint endLength);

    [LibraryImport(Name, EntryPoint = "rocksdb_create_iterator")]
    internal static partial IteratorHandle CreateIterator(DatabaseHandle database, ReadOptionsHandle options);

    [LibraryImport(Name, EntryPoint = "rocksdb_iter_destroy")]
    internal static partial void DestroyIterator(nint iterator);

    [LibraryImport(Name, EntryPoint = "rocksdb_iter_refresh")]
    internal static partial void Refresh(IteratorHandle iterator, byte** error);

    [LibraryImport(Name, EntryPoint = "rocksdb_iter_seek")]
    internal static partial void Seek(IteratorHandle iterator, byte* key, nuint keyLength);

    // These three only read a field: the switch of the garbage collector's mode would take longer than they do.
    [SuppressGCTransition]
    [LibraryImport(Name, EntryPoint = "rocksdb_iter_valid")]
    internal static partial byte IsValid(nint iterator);

    [SuppressGCTransition]
    [LibraryImport(Name, EntryPoint = "rocksdb_iter_key")]
    internal static partial byte* Key(nint iterator, nuint* length);

    [SuppressGCTransition]
    [LibraryImport(Name, EntryPoint = "rocksdb_iter_value")]
    internal static partial byte* Value(nint iterator, nuint* length);

    [LibraryImport(Name, EntryPoint = "rocksdb_iter_next")]
    internal static partial void Next(nint iterator);

    [LibraryImport(Name, EntryPoint = "rocksdb_iter_get_error")]
    internal static partial void GetError(IteratorHandle iterator, byte** error);

    /// <summary>A text that the library has made and that is its caller's to free.</summary>
    internal static string TakeText(byte* text)
    {
        var taken = Marshal.PtrToStringUTF8((nint)text) ?? "";
        Free(text);
        return taken;
    }

    /// <exception cref="RocksDbException">There was an error.</exception>
    internal static void ThrowIfFailed(byte* error)
    {
        if (error is not null)
        {
            throw new RocksDbException(TakeText(error));
        }
    }

    /// <summary>Where the C library is musl, the package's other build serves.</summary>
    private static nint Load(string name, Assembly assembly, DllImportSearchPath? paths) =>
        name == Name && !NativeLibrary.TryLoad(name, assembly, paths, out var library) && NativeLibrary.TryLoad(name + "-musl", assembly, paths, out library)
            ? library
            : default;
}
